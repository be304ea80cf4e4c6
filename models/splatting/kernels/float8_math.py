# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
"""Functions of Float8: spread, select, minimum, exponential, sums."""

from __future__ import annotations

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from models.splatting.kernels.float8 import (
    CONTRACT,
    F32,
    INT_VECTOR,
    LANES,
    VECTOR,
    Float8,
    constant,
    int_constant,
    to_vector,
)


def _llvm(builder, name, arguments, result=VECTOR):
    kind = ir.FunctionType(result, [a.type for a in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v8f32")
    return builder.call(function, arguments)


@intrinsic
def spread(typing_context, number):
    """Return `number` in all lanes."""
    return Float8(number), lambda c, b, sig, args: to_vector(c, b, sig.args[0], args[0])


@intrinsic
def lane_numbers(typing_context):
    """0, 1, ... 7."""
    return Float8(), lambda c, b, sig, args: ir.Constant(VECTOR, [float(i) for i in range(LANES)])


@intrinsic
def fma(typing_context, x, y, z):
    """x * y + z in one instruction where the processor has it.

    `llvm.fmuladd`, not `llvm.fma`: the latter becomes a slow library call where it has not.
    """

    def generate(context, builder, sig, args):
        vectors = [to_vector(context, builder, t, v) for t, v in zip(sig.args, args, strict=True)]
        return _llvm(builder, "fmuladd", vectors)

    return Float8(x, y, z), generate


def _extremum(predicate):
    @intrinsic
    def extremum(typing_context, x, y):
        def generate(context, builder, sig, args):
            u, v = (to_vector(context, builder, t, a) for t, a in zip(sig.args, args, strict=True))
            return builder.select(builder.fcmp_ordered(predicate, u, v), u, v)

        return Float8(x, y), generate

    return extremum


minimum = _extremum("<")
maximum = _extremum(">")


@intrinsic
def where(typing_context, mask, x, y):
    """Lane by lane x where mask, else y."""

    def generate(context, builder, sig, args):
        u = to_vector(context, builder, sig.args[1], args[1])
        return builder.select(args[0], u, to_vector(context, builder, sig.args[2], args[2]))

    return Float8(mask, x, y), generate


@intrinsic
def negative_magnitude(typing_context, x):
    """-|x|."""

    def generate(context, builder, sig, args):
        bits = builder.or_(builder.bitcast(args[0], INT_VECTOR), int_constant(-(2**31)))
        return builder.bitcast(bits, VECTOR)

    return Float8(x), generate


def _unary(name):
    @intrinsic
    def unary(typing_context, x):
        return Float8(x), lambda c, b, sig, args: _llvm(b, name, [args[0]])

    return unary


square_root = _unary("sqrt")
round_down = _unary("floor")
round_up = _unary("ceil")


@intrinsic
def largest(typing_context, x):
    """The largest lane."""

    def generate(context, builder, sig, args):
        return _llvm(builder, "vector.reduce.fmax", [args[0]], result=F32)

    return types.float32(x), generate


_C1, _C2, _C3, _C4, _C5 = 0.693147, 0.24022242, 0.055507336, 0.009671513, 0.0013264723
"""2^t ~ 1 + c1 t + ... + c5 t^5 on [-1/2, 1/2], relative error below 3e-7: least squares, re-weighted by
the error until it is level (Lawson's method for minimax polynomials)."""


@intrinsic
def exp2(typing_context, x):
    """2^x for -126 <= x <= 126; other x give nonsense, not an error."""

    def generate(context, builder, sig, args):
        # llvm.rint without fast-math flags: they would let the rounding be folded away.
        whole = _llvm(builder, "rint", [args[0]])
        t = builder.fsub(args[0], whole)
        t2 = builder.fmul(t, t)

        def madd(a, b, c):
            return _llvm(builder, "fmuladd", [a, b, c])

        high = madd(constant(_C5), t, constant(_C4))
        middle = madd(constant(_C3), t, constant(_C2))
        low = madd(constant(_C1), t, constant(1.0))
        polynomial = madd(madd(high, t2, middle), t2, low)
        exponent = builder.shl(builder.fptosi(whole, INT_VECTOR), int_constant(23))
        return builder.bitcast(builder.add(builder.bitcast(polynomial, INT_VECTOR), exponent), VECTOR)

    return Float8(x), generate


_BITS_OF_SQRT_HALF = int(np.float32(math.sqrt(0.5)).view(np.int32))


@intrinsic
def log2(typing_context, x):
    """The logarithm to base 2 of positive normal numbers; other x give nonsense, not an error.

    x = m 2^e with m in sqrt(1/2)..sqrt(2), and ln(m) = 2 artanh(s) with s = (m - 1) / (m + 1): |s| < 0.172,
    so that the first term left out, s^11 / 11, is below 1e-9.
    """

    def generate(context, builder, sig, args):
        bits = builder.bitcast(args[0], INT_VECTOR)
        steps = builder.sub(bits, int_constant(_BITS_OF_SQRT_HALF))
        exponent = builder.ashr(steps, int_constant(23))
        m = builder.bitcast(builder.sub(bits, builder.shl(exponent, int_constant(23))), VECTOR)
        s = builder.fdiv(builder.fsub(m, constant(1.0)), builder.fadd(m, constant(1.0)))
        s2 = builder.fmul(s, s)
        series = constant(2 / math.log(2) / 9)
        for odd in (7, 5, 3, 1):
            series = _llvm(builder, "fmuladd", [series, s2, constant(2 / math.log(2) / odd)])
        return _llvm(builder, "fmuladd", [s, series, builder.sitofp(exponent, VECTOR)])

    return Float8(x), generate


@intrinsic
def eight_sums(typing_context, a, b, c, d, e, f, g, h):
    """The sums of the lanes of eight vectors, as one vector."""

    def generate(context, builder, sig, args):
        def fold(x, y, left, right):
            order = [ir.Constant(INT_VECTOR, list(o)) for o in (left, right)]
            return builder.fadd(*(builder.shuffle_vector(x, y, o) for o in order), flags=CONTRACT)

        pairs = [
            fold(args[i], args[i + 1], (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))
            for i in (0, 2, 4, 6)
        ]
        fours = [
            fold(pairs[i], pairs[i + 1], (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
            for i in (0, 2)
        ]
        return fold(fours[0], fours[1], (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))

    return Float8(*([Float8] * 8)), generate
