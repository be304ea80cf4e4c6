"""A still picture: how it is read from whatever a user has, and how it is written."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from data_contracts.errors import ContractError, InputError

MAX_SIDE_PX = 16_384
"""Longest side that is read: sixteen times the largest picture that a stage works on."""

MAX_PIXELS = 80_000_000
"""Most pixels that are read (240 MB as RGB). Below Pillow's own limit, so that ours speaks first."""

MIN_SIDE_PX = 16
"""Shortest side in which anything can be recognised."""

DARKEST_WHITE_16 = 4096
"""Largest grey value that a 16-bit picture must reach. Cameras store 10 or 12 bits in 16 without saying
so; taken as 16 bits, such a picture would be black."""

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "TGA", "JPEG2000", "AVIF")
"""What is tried. Formats that start other programs (EPS, PDF, WMF) are left out on purpose."""

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N")
_UNREADABLE = (
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    struct.error,
    zlib.error,
)


def read_image(
    path: Path | str, *, frame: int | None = None, min_side_px: int = MIN_SIDE_PX
) -> NDArray[np.uint8]:
    """Read one still picture as it is meant to be seen: upright, sRGB, straight alpha, 8 bits.

    16-bit values are scaled, CMYK, grey and palettes converted, EXIF orientation applied, an embedded
    colour profile converted to sRGB, and a transparent colour (tRNS) becomes an alpha channel.

    Args:
        path: the picture's file.
        frame: which frame of an animation or page of a document is meant, from 0.
        min_side_px: shortest side that is accepted.

    Returns:
        uint8 ``[H, W, 3]``, or ``[H, W, 4]`` where the file has transparency.

    Raises:
        InputError: the file is missing, empty, broken, animated, too small or too large.
    """
    path = Path(path)
    data = _read_bytes(path)
    try:
        with (
            warnings.catch_warnings(record=True, action="always") as said,
            Image.open(io.BytesIO(data), formats=_readable()) as image,
        ):
            _check_size(path, image, min_side_px)
            _choose_frame(path, image, frame)
            _refuse_deep_key(path, image)
            image.load()
            pixels = _as_uint8(path, image)
        _refuse_doubt(said)
        return pixels
    except Image.DecompressionBombError as error:
        raise _too_large(path, str(error)) from error
    except UnidentifiedImageError as error:
        raise InputError(
            "not a picture that can be read",
            where=path,
            expected="one of " + ", ".join(FORMATS),
            got=f"{len(data)} bytes starting with {data[:8]!r}",
            hint="Open it in an image editor and save it as PNG.",
        ) from error
    except _UNREADABLE as error:
        raise InputError(
            "the picture is broken or cut off",
            where=path,
            expected="a whole picture",
            got=f"{type(error).__name__}: {error}",
            hint="Copy or export the file again.",
        ) from error


def write_png(path: Path | str, image: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.bool_]) -> Path:
    """Write a picture as PNG, whole or not at all; equal pixels give equal bytes.

    Args:
        path: where to write; its folder must exist.
        image: uint8 ``[H, W]``, ``[H, W, 3]`` or ``[H, W, 4]``; uint16 ``[H, W]``; or a bool mask
            ``[H, W]``, written as 0 and 255.

    Raises:
        ContractError: the array is none of these.
    """
    path = Path(path)
    pixels = np.where(image, np.uint8(255), np.uint8(0)) if image.dtype == np.bool_ else image
    grey = pixels.ndim == 2 and pixels.dtype in (np.uint8, np.uint16)
    colour = pixels.ndim == 3 and pixels.shape[2] in (3, 4) and pixels.dtype == np.uint8
    if not (grey or colour) or 0 in pixels.shape:
        raise ContractError(
            "this array cannot be written as a picture",
            where=path,
            expected="uint8 [H, W], [H, W, 3], [H, W, 4], uint16 [H, W] or bool [H, W]",
            got=f"{image.dtype} {list(image.shape)}",
        )
    partial = path.with_name(f".{path.name}.partial")
    Image.fromarray(np.ascontiguousarray(pixels)).save(partial, format="PNG", compress_level=6)
    partial.replace(path)
    return path


def flatten(rgba: NDArray[np.uint8], background: tuple[int, int, int] = (255, 255, 255)) -> NDArray[np.uint8]:
    """Lay a picture with alpha ``[..., 4]`` over a plain colour; one without alpha comes back as it is."""
    if rgba.shape[-1] == 3:
        return rgba
    alpha = rgba[..., 3:].astype(np.uint32)
    over = rgba[..., :3] * alpha + np.asarray(background, np.uint32) * (255 - alpha)
    return ((over + 127) // 255).astype(np.uint8)


def _refuse_doubt(said: list[warnings.WarningMessage]) -> None:
    # Pillow carries on past a damaged TIFF directory; damaged metadata (EXIF) changes no pixel.
    for message in (str(warning.message) for warning in said):
        if "Truncated" in message or "larger than file" in message or "too many entries" in message:
            raise ValueError(message)


def _readable() -> list[str]:
    Image.init()  # without it, Pillow knows the five most usual formats only
    return [name for name in FORMATS if name in Image.OPEN]


def _read_bytes(path: Path) -> bytes:
    if not path.is_file():
        got = "a folder" if path.is_dir() else "nothing there"
        raise InputError(
            "the picture cannot be opened", where=path, expected="a file", got=got, hint="Check the path."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            "the picture cannot be opened", where=path, got=str(error), hint="Check its permissions."
        ) from error
    if not data:
        raise InputError(
            "the file is empty", where=path, expected="a picture", got="0 bytes", hint="Copy the file again."
        )
    return data


def _check_size(path: Path, image: Image.Image, min_side_px: int) -> None:
    width, height = image.size
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise _too_large(path, f"{width}x{height}")
    if min(width, height) < min_side_px:
        raise InputError(
            "the picture is too small",
            where=path,
            expected=f"at least {min_side_px} px on each side",
            got=f"{width}x{height}",
            hint="Give a larger picture.",
        )


def _too_large(path: Path, got: str) -> InputError:
    return InputError(
        "the picture is too large",
        where=path,
        expected=f"at most {MAX_SIDE_PX} px a side and {MAX_PIXELS // 1_000_000} million pixels",
        got=got,
        hint="Scale it down; a long side of 2,048 px is more than any stage uses.",
    )


def _choose_frame(path: Path, image: Image.Image, frame: int | None) -> None:
    # A phone's MPO holds one photo and its previews; the first one is what every viewer shows.
    frames = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
    if frame is None and frames > 1:
        raise InputError(
            "the picture is animated or has several pages",
            where=path,
            expected="one frame",
            got=f"{frames} frames",
            hint="Export the frame that is meant as PNG, or give it as a driving clip.",
        )
    if frame is not None and not 0 <= frame < frames:
        raise InputError(
            "there is no such frame", where=path, expected=f"0 to {frames - 1}", got=frame, hint="Lower it."
        )
    if frame:
        image.seek(frame)


def _as_uint8(path: Path, image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in _GREY_16 or image.mode in ("I", "F"):
        grey, transparent = _scaled_grey(path, image)
        shown = ImageOps.exif_transpose(_with_orientation(Image.fromarray(grey), image))
        pixels = np.asarray(shown.convert("RGB"))
        if transparent is None:
            return np.ascontiguousarray(pixels)
        alpha = np.asarray(ImageOps.exif_transpose(_with_orientation(Image.fromarray(transparent), image)))
        return np.dstack([pixels, alpha])
    image = ImageOps.exif_transpose(image)
    has_alpha = image.has_transparency_data
    image = _in_srgb(image)
    return np.array(image.convert("RGBA" if has_alpha else "RGB"))


def _scaled_grey(path: Path, image: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Grey of more than 8 bits, scaled to 0..255, and its alpha where one value means transparent."""
    values = np.asarray(image).astype(np.float64)
    low, high = float(np.nan_to_num(values, nan=-1.0).min()), float(np.nanmax(values, initial=-1.0))
    if image.mode == "F" or low < 0 or high > 65535:
        raise InputError(
            "grey values of unknown range",
            where=path,
            expected="whole numbers from 0 to 65535",
            got=f"{'fractions' if image.mode == 'F' else 'whole numbers'} from {low:g} to {high:g}",
            hint="Save it as 8-bit or 16-bit PNG.",
        )
    if high < DARKEST_WHITE_16:
        raise InputError(
            "nearly black: its values fill a small part of 16 bits, so white is unknown",
            where=path,
            expected=f"a largest value from {DARKEST_WHITE_16} to 65535",
            got=f"{high:g}",
            hint="Stretch it to the full range, or save it with 8 bits.",
        )
    grey = np.round(values * (255.0 / 65535.0)).astype(np.uint8)
    key = image.info.get("transparency")
    return grey, None if key is None else np.where(values == key, 0, 255).astype(np.uint8)


def _with_orientation(image: Image.Image, source: Image.Image) -> Image.Image:
    image.getexif()[0x0112] = source.getexif().get(0x0112, 1)
    return image


def _refuse_deep_key(path: Path, image: Image.Image) -> None:
    # Pillow keeps the upper bytes of 16-bit RGB but all 16 bits of the transparent colour: the two
    # cannot be compared once the picture is loaded.
    deep = any(";16" in str(tile.args) for tile in getattr(image, "tile", ()))
    if image.mode == "RGB" and "transparency" in image.info and deep:
        raise InputError(
            "a transparent colour in a 16-bit picture cannot be read exactly",
            where=path,
            expected="8 bits a channel, or an alpha channel",
            got="16-bit RGB with tRNS",
            hint="Save it as PNG with an alpha channel.",
        )


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert an embedded colour profile to sRGB; a broken profile is ignored, as browsers do."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        output = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=output
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted if converted is not None else image
