# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls, allow-untyped-decorators
# mypy: allow-subclassing-any
"""Float8: eight float32 numbers in one SIMD register, as a value type for Numba.

LLVM does not vectorise loops with exponentials and early exits by itself; a value type does what the
loops say on every processor (two SSE or NEON registers, one of AVX). `Float8` knows + - * / and
comparisons (which give a `Mask8` with & and |); plain numbers are spread over the lanes.
"""

from __future__ import annotations

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, models, register_model

LANES = 8
F32 = ir.FloatType()
I32 = ir.IntType(32)
VECTOR = ir.VectorType(F32, LANES)
INT_VECTOR = ir.VectorType(I32, LANES)
MASK_VECTOR = ir.VectorType(ir.IntType(1), LANES)
CONTRACT = ("contract",)
"""Products and sums may become fused ones, and nothing else of fast-math: its estimates of quotients and
roots differ between processors."""


class _LanesType(types.Type):
    pass


Float8 = _LanesType(name="Float8")
Mask8 = _LanesType(name="Mask8")


@register_model(_LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, numba_type):
        super().__init__(manager, numba_type, VECTOR if numba_type is Float8 else MASK_VECTOR)


def constant(value: float) -> ir.Constant:
    """Return `value` in all lanes."""
    return ir.Constant(VECTOR, [value] * LANES)


def int_constant(value: int) -> ir.Constant:
    """Return the int32 `value` in all lanes."""
    return ir.Constant(INT_VECTOR, [value] * LANES)


def to_vector(context, builder, numba_type, value):
    """Return `value` as a vector; a number is spread over the lanes."""
    if numba_type is Float8:
        return value
    number = context.cast(builder, value, numba_type, types.float32)
    undefined = ir.Constant(VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(I32, 0))
    return builder.shuffle_vector(first, undefined, int_constant(0))


def _is_operand(numba_type) -> bool:
    return numba_type is Float8 or isinstance(numba_type, types.Number | types.IntegerLiteral)


def _define_operator(function, result, lower) -> None:
    """Give the Python operator `function` a meaning where one side is a Float8."""

    class _Template(AbstractTemplate):
        def generic(self, args, kws):
            if len(args) == 2 and Float8 in args and all(map(_is_operand, args)):
                return signature(result, *args)
            return None

    infer_global(function)(_Template)

    def implementation(context, builder, sig, args):
        x, y = (to_vector(context, builder, t, v) for t, v in zip(sig.args, args, strict=True))
        return lower(builder, x, y)

    for operands in ((Float8, Float8), (Float8, types.Any), (types.Any, Float8)):
        lower_builtin(function, *operands)(implementation)


for _function, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _define_operator(_function, Float8, lambda b, x, y, name=_name: getattr(b, name)(x, y, flags=CONTRACT))
for _function, _name in ((operator.gt, ">"), (operator.ge, ">="), (operator.lt, "<"), (operator.le, "<=")):
    _define_operator(_function, Mask8, lambda b, x, y, name=_name: b.fcmp_ordered(name, x, y))


def _define_mask_operator(function, name) -> None:
    class _Template(AbstractTemplate):
        def generic(self, args, kws):
            return signature(Mask8, *args) if args == (Mask8, Mask8) else None

    infer_global(function)(_Template)
    lower_builtin(function, Mask8, Mask8)(lambda c, b, s, a: getattr(b, name)(*a))


_define_mask_operator(operator.and_, "and_")
_define_mask_operator(operator.or_, "or_")


def _pointer(context, builder, array_type, array, index_type, index, pointee):
    data = context.make_array(array_type)(context, builder, array).data
    offset = context.cast(builder, index, index_type, types.intp)
    return builder.bitcast(builder.gep(data, [offset], inbounds=True), pointee.as_pointer())


@intrinsic
def load8(typing_context, array, index):
    """array[index : index + 8] of a flat float32 array; the index is not checked."""

    def generate(context, builder, sig, args):
        vector = builder.load(_pointer(context, builder, sig.args[0], args[0], sig.args[1], args[1], VECTOR))
        vector.align = 4
        return vector

    return Float8(array, index), generate


@intrinsic
def store8(typing_context, array, index, value):
    """Set array[index : index + 8] of a flat float32 array; the index is not checked."""

    def generate(context, builder, sig, args):
        vector = to_vector(context, builder, sig.args[2], args[2])
        pointer = _pointer(context, builder, sig.args[0], args[0], sig.args[1], args[1], VECTOR)
        builder.store(vector, pointer).align = 4
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@intrinsic
def prefetch(typing_context, array, index):
    """Ask for array[index] to be brought into the nearest cache."""

    def generate(context, builder, sig, args):
        byte_pointer = ir.IntType(8).as_pointer()
        pointer = builder.bitcast(
            _pointer(context, builder, sig.args[0], args[0], sig.args[1], args[1], F32), byte_pointer
        )
        kind = ir.FunctionType(ir.VoidType(), [byte_pointer, I32, I32, I32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [pointer, *(ir.Constant(I32, flag) for flag in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, index), generate


@intrinsic
def lane(typing_context, vector, index):
    """Lane `index` of a Float8, as a float32."""

    def generate(context, builder, sig, args):
        return builder.extract_element(args[0], context.cast(builder, args[1], sig.args[1], types.int32))

    return types.float32(vector, index), generate
