"""Kernels: the loops that numba compiles on the first run of an installation, half a minute of work.

`python -m training.kernels` does it ahead of time, as the set-up of a checkout does.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from training.methods.ease import EASE
from training.methods.ials import IALS
from training.methods.item_knn import ItemKNN
from training.methods.ridge import Ridge
from training.methods.rp3beta import RP3Beta


def compile_kernels() -> None:
    """Learns nothing from two customers, so that no trial of a search pays for compiling."""
    toy = csr_matrix(np.eye(2, dtype=np.float32))
    for learner in (ItemKNN(), RP3Beta(), Ridge(), EASE(), IALS(factors=2)):
        scorer = learner.learn(toy)
        scorer.at(toy, scorer.best(toy, 1)[0])


if __name__ == "__main__":
    compile_kernels()
