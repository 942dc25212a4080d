"""Description: what a catalogue says of every item, as sparse rows whose products tell how alike two items are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.catalogue import Catalogue, CategoryColumn, TextColumn
from training.dataset import Dataset
from training.methods.up_sell import categories, item_prices, price_ranges
from training.sparse import distinct_pairs, scaled_columns, scaled_rows

# Letters and digits, two or more, are a word of a title.
WORD = r"[\p{L}\p{N}]{2,}"
# A word that more than this share of all items has in its name (and more than a few) tells nothing.
COMMON, FEW = 0.02, 5
# The logarithm of the price ratio at which two prices are alike by exp(-1).
PRICE_WIDTH = 0.5


@dataclass(frozen=True, slots=True)
class Description:
    """`category`, `brand`, `words` float32 (N, any): unit rows, or empty ones, of nodes and those above them, of brands

    and of title words, each column weighed by how rare it is; `deepest` int32 (N,): the category itself, -1 unknown;
    `price`, `dearest` float64 (N,): logarithms of the lowest and highest price, NaN unknown. A lead has what all of its
    variants have, since any of them may be shown; the other variants say nothing.
    """

    category: csr_matrix
    brand: csr_matrix
    words: csr_matrix
    deepest: NDArray[np.int32]
    price: NDArray[np.float64]
    dearest: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        catalogue = dataset.catalogue()
        rows = np.arange(dataset.n_items, dtype=np.int32)
        lead = catalogue.leads(rows) == rows
        cheapest, dearest = price_ranges(item_prices(dataset, catalogue), catalogue)
        nodes = _common(_nodes(catalogue), catalogue)
        return cls(
            category=_unit(nodes),
            brand=_unit(_common(_codes(catalogue, "brand"), catalogue)),
            words=_unit(_common(_words(catalogue), catalogue)),
            deepest=_deepest(nodes, catalogue),
            price=np.where(lead, np.log(cheapest), np.nan),
            dearest=np.where(lead, np.log(dearest), np.nan),
        )

    @property
    def says_nothing(self) -> bool:
        return not (self.category.nnz or self.brand.nnz or self.words.nnz)

    def alike(self, first: NDArray[np.integer], second: NDArray[np.integer]) -> NDArray[np.float64]:
        """How alike pairs of items are in category, brand, words and price, each 0..1, (P, 4)."""
        parts = [
            np.asarray(block[first].multiply(block[second]).sum(axis=1)).ravel()
            for block in (self.category, self.brand, self.words)
        ]
        return np.column_stack([*parts, price_alike(self.price[first], self.price[second])])


def price_alike(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for equal logarithms of prices, falling with their distance; 0 where one is unknown."""
    alike: NDArray[np.float64] = np.nan_to_num(np.exp(-np.abs(first - second) / PRICE_WIDTH))
    return alike


def _common(tags: csr_matrix, catalogue: Catalogue) -> csr_matrix:
    """Of each lead the tags that all of its variants have."""
    if catalogue.group is None or not tags.shape[1]:
        return tags
    size = len(catalogue)
    variants = np.bincount(catalogue.group, minlength=size)
    pooled = csr_matrix((np.ones(size, np.float32), (catalogue.group, np.arange(size))), shape=(size, size)) @ tags
    pooled.data = (pooled.data == np.repeat(variants, np.diff(pooled.indptr))).astype(np.float32)
    pooled.eliminate_zeros()
    return csr_matrix(pooled)


def _nodes(catalogue: Catalogue) -> csr_matrix:
    """0/1 (N, nodes): every item's category and all above it."""
    column = catalogue.columns.get("category")
    if not isinstance(column, CategoryColumn):
        return csr_matrix((len(catalogue), 0), dtype=np.float32)
    node = column.codes
    rows, nodes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    while (node >= 0).any():
        known = np.flatnonzero(node >= 0)
        rows.append(known)
        nodes.append(node[known].astype(np.int64))
        node = np.where(node >= 0, column.parent[node], -1)
    return distinct_pairs(np.concatenate(rows), np.concatenate(nodes), (len(catalogue), len(column.end)))


def _deepest(nodes: csr_matrix, catalogue: Catalogue) -> NDArray[np.int32]:
    """The category of each lead where all of its variants are in it, -1 elsewhere."""
    code = categories(catalogue)
    known = np.flatnonzero(code >= 0)
    shared = np.asarray(nodes[known, code[known]]).ravel() > 0 if len(known) else np.zeros(0, np.bool_)
    deepest = np.full(len(catalogue), -1, np.int32)
    deepest[known[shared]] = code[known[shared]]
    return deepest


def _codes(catalogue: Catalogue, name: str) -> csr_matrix:
    """0/1 (N, values) of a text column."""
    column = catalogue.columns.get(name)
    if not isinstance(column, TextColumn):
        return csr_matrix((len(catalogue), 0), dtype=np.float32)
    known = np.flatnonzero(column.codes >= 0)
    return distinct_pairs(known, column.codes[known], (len(column.codes), len(column.strings)))


def _words(catalogue: Catalogue) -> csr_matrix:
    """0/1 (N, words): the words of every title that are not in too many of them."""
    titles, column = _codes(catalogue, "title"), catalogue.columns.get("title")
    if not isinstance(column, TextColumn) or not titles.nnz:
        return titles[:, :0]
    texts = pl.Series([column.strings[code] for code in range(len(column.strings))], dtype=pl.String)
    listed = texts.str.to_lowercase().str.extract_all(WORD).to_frame("word").with_row_index("title").explode("word")
    listed = listed.drop_nulls()
    names = listed["word"].unique().sort()
    codes = listed["word"].cast(pl.Enum(names)).to_physical().to_numpy()
    words = csr_matrix(titles @ distinct_pairs(listed["title"].to_numpy(), codes, (len(texts), len(names))))
    holders = np.bincount(words.indices, minlength=len(names))
    return words[:, holders <= max(COMMON * words.shape[0], FEW)]


def _unit(tags: csr_matrix) -> csr_matrix:
    """Rows of length one, columns weighed by inverse document frequency; what stands at one item alone is left out."""
    holders = np.bincount(tags.indices, minlength=tags.shape[1])
    rarity = np.where(holders > 1, np.log1p(tags.shape[0] / np.maximum(holders, 1)), 0.0)
    weighed = scaled_columns(tags, rarity)
    weighed.eliminate_zeros()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return scaled_rows(weighed, 1.0 / np.maximum(length, 1e-9))
