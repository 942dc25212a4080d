"""Cards: a whole product as one image, for mail tools that can hold nothing else."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from recsvc.email.brand import Brand
from recsvc.email.products import Product
from recsvc.pictures.lettering import font, lines, write

# Shown at half of this, so that it is sharp on every screen.
WIDTH, HEIGHT = 600, 880
PICTURE, MARGIN = 536, 32


def card(product: Product, picture: Image.Image, brand: Brand) -> bytes:
    """PNG of WIDTH x HEIGHT pixels: the picture (PICTURE squared), maker, title, price, and the reason."""
    colours = brand.colours
    made = Image.new("RGB", (WIDTH, HEIGHT), colours.background)
    made.paste(picture, (MARGIN, MARGIN))
    canvas = ImageDraw.Draw(made)
    is_rtl = brand.reads == "rtl"
    left, anchor = (WIDTH - MARGIN, "ra") if is_rtl else (MARGIN, "la")
    width, y = WIDTH - 2 * MARGIN, float(MARGIN + PICTURE + 20)
    if brand.show_brand and product.brand:
        face = font(24)
        y = write(
            canvas, (left, y), lines(product.brand, face, width, 1), face, colours.muted, leading=34, anchor=anchor
        )
    face = font(32, bold=True)
    y = write(canvas, (left, y), lines(product.title, face, width, 2), face, colours.text, leading=42, anchor=anchor)
    y = _price(canvas, product, brand, (left, y + 10), is_rtl)
    if product.reason:
        face = font(24)
        write(
            canvas, (left, y + 8), lines(product.reason, face, width, 2), face, colours.muted, leading=32, anchor=anchor
        )
    return _png(made)


def blank(brand: Brand) -> bytes:
    """PNG of one pixel: the slot of a slate that is shorter."""
    return _png(Image.new("RGB", (1, 1), brand.colours.background))


def _price(
    canvas: ImageDraw.ImageDraw, product: Product, brand: Brand, place: tuple[float, float], is_rtl: bool
) -> float:
    """The price, and a former one struck through beside it; returns where the next line stands."""
    if product.price_text is None:
        return place[1]
    (x, y), colours, face = place, brand.colours, font(34, bold=True)
    anchor = "ra" if is_rtl else "la"
    asked = product.sale_price_text or product.price_text
    canvas.text((x, y), asked, font=face, fill=colours.sale if product.sale_price_text else colours.text, anchor=anchor)
    if product.sale_price_text:
        small = font(26)
        gap = face.getlength(asked) + 18
        x = x - gap if is_rtl else x + gap
        canvas.text((x, y + 8), product.price_text, font=small, fill=colours.muted, anchor=anchor)
        box = canvas.textbbox((x, y + 8), product.price_text, font=small, anchor=anchor)
        middle = (box[1] + box[3]) / 2
        canvas.line((box[0], middle, box[2], middle), fill=colours.muted, width=2)
    return y + 46


def _png(image: Image.Image) -> bytes:
    """With 256 colours: a third of the bytes, and no eye tells in a photo of this size."""
    held = io.BytesIO()
    image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG).save(held, "PNG")
    return held.getvalue()
