//! The engine's own filters that make as much text or as many items as a number says, held to a sane number.

use minijinja::value::{Kwargs, Rest, StringInput, Value, ValueOrKwargs};
use minijinja::{Environment, Error, State, filters};

use super::super::value::invalid;

/// More spaces, columns or groups than this are a mistake.
pub(super) const MOST: usize = 1_000;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("indent", indent);
    env.add_filter("slice", slice);
    env.add_filter("batch", batch);
    env.add_filter("format", format);
}

/// The number, if it is not above [`MOST`].
pub(super) fn bounded(filter: &str, number: usize) -> Result<usize, Error> {
    if number > MOST { Err(invalid(format!("`{filter}`: {number} is more than {MOST}"))) } else { Ok(number) }
}

fn indent(
    text: StringInput<'_>,
    width: Option<usize>,
    first: Option<bool>,
    blank: Option<bool>,
    named: Kwargs,
) -> Result<Value, Error> {
    let given = width.or(named.peek::<Option<usize>>("width")?);
    bounded("indent", given.unwrap_or(0))?;
    filters::indent(text, width, first, blank, named)
}

fn slice(state: &State, value: Value, count: usize, fill: Option<Value>) -> Result<Value, Error> {
    filters::slice(state, value, bounded("slice", count)?, fill)
}

fn batch(state: &State, value: Value, count: usize, fill: Option<Value>) -> Result<Value, Error> {
    filters::batch(state, value, bounded("batch", count)?, fill)
}

fn format(state: &mut State, text: &Value, args: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    for directive in text.as_str().unwrap_or_default().split('%').skip(1) {
        let end = directive.find(|c: char| c.is_alphabetic()).unwrap_or(directive.len());
        let flags = directive.get(..end).unwrap_or_default();
        let is_wide = flags.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 3);
        if is_wide || flags.contains('*') {
            return Err(invalid(format!("`format`: a width of more than {MOST}, or one that is an argument")));
        }
    }
    filters::format(state, text, args)
}
