//! Arithmetic functions. Integers are `int64` and wrap around; functions that end in `f` calculate with decimals.

use super::cast::{to_float, to_int};
use super::decimal::Decimal;
use super::go;
use super::parse::{NumberError, parse_int, scale};
use crate::fmt;
use crate::function::{Args, CallError, Function, Type};
use crate::value::{Elem, List, Value};

const ANY: &[Type] = &[Type::Any];
const TWO: &[Type] = &[Type::Any, Type::Any];
const DIVIDED_BY_ZERO: &str = "runtime error: integer divide by zero";

/// Returns the functions.
pub(super) fn functions() -> Vec<Function> {
    let mut functions = conversions();
    functions.extend(ranges());
    functions.extend(integers());
    functions.extend(floats());
    functions
}

fn conversions() -> Vec<Function> {
    vec![
        Function::new("atoi", &[Type::Str], |_, args| {
            Ok(Value::int(match parse_int(args.bytes(0), Some(10)) {
                Ok(number) | Err(NumberError::Range(number)) => number,
                Err(NumberError::Syntax) => 0,
            }))
        }),
        Function::new("int", ANY, |_, args| Ok(Value::int(to_int(args.get(0))))),
        Function::new("int64", ANY, |_, args| Ok(Value::int64(to_int(args.get(0))))),
        Function::new("float64", ANY, |_, args| Ok(Value::Float(to_float(args.get(0))))),
        Function::new("toDecimal", ANY, |_, args| {
            let octal = fmt::sprint(args.rest(0))?;
            Ok(Value::int64(parse_int(&octal, Some(8)).unwrap_or_default()))
        }),
    ]
}

fn ranges() -> Vec<Function> {
    vec![
        Function::new("until", &[Type::Int], |_, args| {
            let count = args.int(0);
            numbers(0, count, if count < 0 { -1 } else { 1 }).map(int_list)
        }),
        Function::new("untilStep", &[Type::Int, Type::Int, Type::Int], |_, args| {
            numbers(args.int(0), args.int(1), args.int(2)).map(int_list)
        }),
        Function::variadic("seq", &[Type::Int], |_, args| seq(args)),
    ]
}

fn int_list(numbers: Vec<i64>) -> Value {
    Value::List(List::typed(numbers.into_iter().map(Value::int).collect(), Elem::Int))
}

/// Returns the numbers from `start` up to but excluding `stop`; none if the step leads away from it.
fn numbers(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, CallError> {
    let down = stop < start;
    if step == 0 || (step < 0) != down {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).ok().filter(|count| *count <= go::MAX_ITEMS);
    let count = count.ok_or_else(|| format!("more than {} numbers, the limit of mkmanifests", go::MAX_ITEMS))?;
    Ok(std::iter::successors(Some(start), |number| Some(number.wrapping_add(step))).take(count).collect())
}

/// Evaluates `seq`, like the shell command: it includes the last number.
fn seq(args: Args<'_>) -> Result<Value, CallError> {
    let (start, step, end) = match *args.rest(0) {
        [_] => (1, None, args.int(0)),
        [_, _] => (args.int(0), None, args.int(1)),
        [_, _, _] => (args.int(0), Some(args.int(1)), args.int(2)),
        _ => return Ok(Value::from("")),
    };
    let direction = if end < start { -1 } else { 1 };
    if end < start && step.is_some_and(|step| step > 0) {
        return Ok(Value::from(""));
    }
    let numbers = numbers(start, end.wrapping_add(direction), step.unwrap_or(direction))?;
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(texts.join(" ").into())
}

fn integers() -> Vec<Function> {
    let mut functions = vec![
        Function::new("add1", ANY, |_, args| Ok(Value::int64(to_int(args.get(0)).wrapping_add(1)))),
        Function::variadic("add", ANY, |_, args| Ok(fold(args, 0, i64::wrapping_add))),
        Function::new("sub", TWO, |_, args| Ok(Value::int64(to_int(args.get(0)).wrapping_sub(to_int(args.get(1)))))),
        Function::new("div", TWO, |_, args| divide(args, i64::wrapping_div)),
        Function::new("mod", TWO, |_, args| divide(args, i64::wrapping_rem)),
        Function::variadic("mul", TWO, |_, args| Ok(fold(args, 1, i64::wrapping_mul))),
        Function::variadic("min", TWO, |_, args| Ok(fold(args, i64::MAX, i64::min))),
    ];
    functions.extend(
        ["max", "biggest"].map(|name| Function::variadic(name, TWO, |_, args| Ok(fold(args, i64::MIN, i64::max)))),
    );
    functions
}

fn fold(args: Args<'_>, start: i64, operation: fn(i64, i64) -> i64) -> Value {
    Value::int64(args.rest(0).iter().map(to_int).fold(start, operation))
}

fn divide(args: Args<'_>, operation: fn(i64, i64) -> i64) -> Result<Value, CallError> {
    match to_int(args.get(1)) {
        0 => Err(DIVIDED_BY_ZERO.into()),
        divisor => Ok(Value::int64(operation(to_int(args.get(0)), divisor))),
    }
}

fn floats() -> Vec<Function> {
    vec![
        Function::new("add1f", ANY, |_, args| decimals(to_float(args.get(0)), &[Value::int(1)], |a, b| Ok(a.add(b)))),
        Function::variadic("addf", ANY, |_, args| decimals(0.0, args.rest(0), |a, b| Ok(a.add(b)))),
        Function::variadic("subf", TWO, |_, args| {
            decimals(to_float(args.get(0)), args.rest(1), |a, b| Ok(a.subtract(b)))
        }),
        Function::variadic("mulf", TWO, |_, args| {
            decimals(to_float(args.get(0)), args.rest(1), |a, b| Ok(a.multiply(b)))
        }),
        Function::variadic("divf", TWO, |_, args| decimals(to_float(args.get(0)), args.rest(1), Decimal::divide)),
        Function::variadic("maxf", TWO, |_, args| Ok(extreme(args, f64::INFINITY))),
        Function::variadic("minf", TWO, |_, args| Ok(extreme(args, f64::NEG_INFINITY))),
        Function::new("ceil", ANY, |_, args| Ok(Value::Float(to_float(args.get(0)).ceil()))),
        Function::new("floor", ANY, |_, args| Ok(Value::Float(to_float(args.get(0)).floor()))),
        Function::variadic("round", &[Type::Any, Type::Int, Type::Float64], |_, args| Ok(round(args))),
    ]
}

fn decimals(
    first: f64,
    others: &[Value],
    operation: impl Fn(&Decimal, &Decimal) -> Result<Decimal, String>,
) -> Result<Value, CallError> {
    let mut result = Decimal::new(first)?;
    for other in others {
        result = operation(&result, &Decimal::new(to_float(other))?)?;
    }
    Ok(Value::Float(result.to_float()))
}

/// Returns the largest or smallest number. An infinity counts more than NaN.
fn extreme(args: Args<'_>, furthest: f64) -> Value {
    let further = |a: f64, b: f64| match () {
        () if a == furthest || b == furthest => furthest,
        () if a.is_nan() || b.is_nan() => f64::NAN,
        () if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() == (furthest < 0.0) {
                a
            } else {
                b
            }
        }
        () if (a > b) == (furthest > 0.0) => a,
        () => b,
    };
    let mut numbers = args.rest(0).iter().map(to_float);
    let first = numbers.next().unwrap_or_default();
    Value::Float(numbers.fold(first, further))
}

/// Rounds to a number of decimal places: up if the remainder is at least `on` (one half).
fn round(args: Args<'_>) -> Value {
    let on = if args.len() > 2 { args.float(2) } else { 0.5 };
    let power = ten_to(args.int(1));
    let digits = power * to_float(args.get(0));
    let behind = if digits.is_infinite() { f64::NAN } else { digits.fract() };
    let whole = if behind >= on { digits.ceil() } else { digits.floor() };
    Value::Float(whole / power)
}

/// Returns Go's `math.Pow(10, power)`, which is not always the nearest float.
fn ten_to(power: i64) -> f64 {
    match power {
        0 => return 1.0,
        1 => return 10.0,
        _ => {}
    }
    // 10 = 0.625 * 2^4
    let (mut fraction, mut exponent) = (0.625, 4i64);
    let (mut result, mut result_exponent) = (1.0, 0i64);
    let mut left = power.unsigned_abs();
    while left != 0 {
        if exponent > 1 << 12 {
            result_exponent += exponent;
            break;
        }
        if left & 1 == 1 {
            result *= fraction;
            result_exponent += exponent;
        }
        fraction *= fraction;
        exponent <<= 1;
        if fraction < 0.5 {
            fraction += fraction;
            exponent -= 1;
        }
        left >>= 1;
    }
    if power < 0 { scale(1.0 / result, -result_exponent) } else { scale(result, result_exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten() {
        assert_eq!([-1, 0, 1, 2, 22, 400, -400].map(ten_to), [0.1, 1.0, 10.0, 100.0, 1e22, f64::INFINITY, 0.0]);
    }

    #[test]
    fn too_many_numbers_are_refused() {
        assert!(numbers(0, i64::MAX, 1).is_err());
        assert_eq!(numbers(0, 5, 2).ok(), Some(vec![0, 2, 4]));
        assert_eq!(numbers(i64::MAX - 1, i64::MIN, -i64::MAX).map(|numbers| numbers.len()).ok(), Some(2));
    }
}
