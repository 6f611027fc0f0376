//! Filters of the engine whose output size depends on a number, with a limit for it.

use minijinja::value::{Kwargs, Rest, StringInput, Value, ValueOrKwargs};
use minijinja::{Environment, Error, State, filters};

use super::super::value::invalid;

/// The largest number of spaces, columns or groups. More are a mistake.
pub(super) const MAX: usize = 1_000;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("indent", indent);
    env.add_filter("slice", slice);
    env.add_filter("batch", batch);
    env.add_filter("format", format);
}

/// Returns the number if it is at most [`MAX`].
pub(super) fn bounded(filter: &str, number: usize) -> Result<usize, Error> {
    if number > MAX { Err(invalid(format!("`{filter}`: must be at most {MAX}, found {number}"))) } else { Ok(number) }
}

fn indent(
    text: StringInput<'_>,
    width: Option<usize>,
    first: Option<bool>,
    blank: Option<bool>,
    named: Kwargs,
) -> Result<Value, Error> {
    let width_or_default = width.or(named.peek::<Option<usize>>("width")?);
    bounded("indent", width_or_default.unwrap_or(0))?;
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
            return Err(invalid(format!("`format`: a width must be a number of at most {MAX}")));
        }
    }
    filters::format(state, text, args)
}
