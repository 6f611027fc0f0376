//! `include(name)` as a function, and the limits that end a runaway template.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Template};

use super::super::value::invalid;

/// Steps of the engine for one template file; a large real one takes some ten thousand.
pub(in super::super) const FUEL: u64 = 5_000_000;
/// Bytes that one template file may render; an API server takes 1.5 MiB an object.
pub(in super::super) const LARGEST_OUTPUT: usize = 16 << 20;
/// How deep `include()` may be nested: each level has an engine, and so a stack, of its own.
const DEEPEST: usize = 16;

/// The cause of an error: files include one another too deeply.
#[derive(Debug)]
pub(in super::super) struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`include` is nested more than {DEEPEST} deep")
    }
}

impl std::error::Error for TooDeep {}

/// What one template file has used, all the files that it includes together.
#[derive(Debug, Default)]
pub(in super::super) struct Limits {
    fuel: AtomicU64,
    depth: AtomicUsize,
}

impl Limits {
    /// For the next file.
    pub(in super::super) fn reset(&self) {
        self.fuel.store(0, Relaxed);
        self.depth.store(0, Relaxed);
    }
}

/// A template's text and how many steps it took.
pub(in super::super) struct Render {
    pub(in super::super) text: String,
    steps: u64,
}

/// Renders into at most [`LARGEST_OUTPUT`] bytes.
pub(in super::super) fn render(template: &Template<'_, '_>, context: Value) -> Result<Render, Error> {
    let mut out = Limited::default();
    let captured = template.render_captured_to(context, &mut out)?;
    let steps = captured.state().fuel_levels().map_or(0, |(used, _)| used);
    drop(captured);
    // minijinja writes whole strings only, so what it wrote is text.
    let text = String::from_utf8(out.0).map_err(|_| invalid("the template did not write text"))?;
    Ok(Render { text, steps })
}

#[derive(Default)]
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST_OUTPUT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn add(env: &mut Environment<'_>, limits: &Arc<Limits>) {
    let limits = Arc::clone(limits);
    env.add_function("include", move |state: &State, name: String, context: Option<Value>, extra: Kwargs| {
        include(state, &limits, &name, context, &extra)
    });
}

/// The text of another template, to pipe on: `{{ include("_labels.j2") | nindent(4) }}`. One line break at
/// its end goes, so that it fits into a line. The template sees `values`,
/// `release`, the keys of the mapping given as context and the named arguments, and nothing of the caller's.
fn include(
    state: &State,
    limits: &Limits,
    name: &str,
    context: Option<Value>,
    extra: &Kwargs,
) -> Result<String, Error> {
    let context = merged(context, extra)?;
    if limits.depth.load(Relaxed) >= DEEPEST {
        return Err(invalid(TooDeep.to_string()).with_source(TooDeep));
    }
    if limits.fuel.load(Relaxed) > FUEL {
        return Err(Error::from(ErrorKind::OutOfFuel));
    }
    let template = state.get_template(name)?;
    limits.depth.fetch_add(1, Relaxed);
    let result = render(&template, context);
    limits.depth.fetch_sub(1, Relaxed);
    let Render { text, steps } =
        result.map_err(|error| Error::new(ErrorKind::BadInclude, "included here").with_source(error))?;
    limits.fuel.fetch_add(steps, Relaxed);
    Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))
}

fn merged(context: Option<Value>, extra: &Kwargs) -> Result<Value, Error> {
    let mut pairs = Vec::new();
    if let Some(context) = context.filter(|context| !context.is_none()) {
        if context.kind() != ValueKind::Map {
            return Err(invalid(format!("`include`: expected a mapping as context, found a {}", context.kind())));
        }
        for key in context.try_iter()? {
            pairs.push((key.to_string(), context.get_item(&key)?));
        }
    }
    for name in extra.args() {
        pairs.push((name.to_owned(), extra.get::<Value>(name)?));
    }
    Ok(Value::from_pairs(pairs))
}
