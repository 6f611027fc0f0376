//! Go's package `fmt`: how values are printed.

mod number;
mod print;
mod printf;
mod text;

use super::value::Value;
use print::Printer;

/// Why something could not be printed: it is nested too deeply, or longer than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooBig(pub &'static str);

impl From<TooBig> for super::error::CallError {
    fn from(error: TooBig) -> Self {
        error.0.into()
    }
}

/// Writes one value as an action of a template does: like `print`, with `<no value>` for nil.
pub(super) fn write_value(out: &mut Vec<u8>, value: &Value) -> Result<(), TooBig> {
    match value {
        Value::Nil => out.extend_from_slice(b"<no value>"),
        Value::Str(text) => out.extend_from_slice(text.as_bytes()),
        Value::Object(object) if object.is_nil() => out.extend_from_slice(b"<nil>"),
        _ => {
            let mut printer = Printer::new(std::mem::take(out));
            let done = printer.print_action(value);
            *out = printer.into_bytes();
            done?;
        }
    }
    Ok(())
}

/// Go's `fmt.Sprint`: spaces between operands when neither is a string.
///
/// # Errors
/// For values nested deeper than [`super::value::MAX_NESTING`].
pub fn sprint(args: &[Value]) -> Result<Vec<u8>, TooBig> {
    let mut printer = Printer::new(Vec::new());
    let mut after_string = true;
    for (index, arg) in args.iter().enumerate() {
        let is_string = matches!(arg, Value::Str(_));
        if index > 0 && !is_string && !after_string {
            printer.out.push(b' ');
        }
        printer.print(arg, 'v')?;
        after_string = is_string;
    }
    Ok(printer.into_bytes())
}

/// Go's `fmt.Sprintln`: spaces between operands, and a line feed.
///
/// # Errors
/// For values nested deeper than [`super::value::MAX_NESTING`].
pub fn sprintln(args: &[Value]) -> Result<Vec<u8>, TooBig> {
    let mut printer = Printer::new(Vec::new());
    for (index, arg) in args.iter().enumerate() {
        if index > 0 {
            printer.out.push(b' ');
        }
        printer.print(arg, 'v')?;
    }
    printer.out.push(b'\n');
    Ok(printer.into_bytes())
}

/// Go's `fmt.Sprintf`. Mistakes in the format come out in the text, as in Go: `%!d(string=hi)`.
///
/// # Errors
/// For values nested deeper than [`super::value::MAX_NESTING`], and for a text above 64 MiB.
pub fn sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, TooBig> {
    printf::sprintf(format, args)
}
