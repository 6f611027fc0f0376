//! Prints values as Go's package `fmt` does.

mod number;
mod print;
mod printf;
mod text;

use super::value::Value;
use print::Printer;

/// The error for a value that is nested too deeply, or whose text is longer than the limit: Go's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatError(pub &'static str);

impl From<FormatError> for super::error::CallError {
    fn from(error: FormatError) -> Self {
        error.0.into()
    }
}

/// Writes a value as an action of a template does: like `print`, but `<no value>` for nil.
pub(super) fn write_value(out: &mut Vec<u8>, value: &Value) -> Result<(), FormatError> {
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

/// Formats as Go's `fmt.Sprint`: with a space between operands if neither is a string.
///
/// # Errors
/// Values nested deeper than [`super::value::MAX_NESTING`].
pub fn sprint(args: &[Value]) -> Result<Vec<u8>, FormatError> {
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

/// Formats as Go's `fmt.Sprintln`: with a space between operands and a line feed at the end.
///
/// # Errors
/// Values nested deeper than [`super::value::MAX_NESTING`].
pub fn sprintln(args: &[Value]) -> Result<Vec<u8>, FormatError> {
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

/// Formats as Go's `fmt.Sprintf`. As in Go, mistakes in the format appear in the text: `%!d(string=hi)`.
///
/// # Errors
/// Values nested deeper than [`super::value::MAX_NESTING`], and a text of more than 64 MiB.
pub fn sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, FormatError> {
    printf::sprintf(format, args)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A precision of one digit changes nothing, but takes the way of numbers with flags.
    #[test]
    fn bytes_are_written_as_numbers_with_flags() {
        let all = Value::bytes((0..=255).collect::<Vec<u8>>());
        for bytes in [all, Value::bytes(*b"\n"), Value::bytes(Vec::new())] {
            let bytes = [bytes];
            assert_eq!(sprintf(b"%v", &bytes), sprintf(b"%.1v", &bytes));
            assert_eq!(sprintf(b"%d", &bytes), sprint(&bytes));
        }
        assert_eq!(sprint(&[Value::bytes(*b"\x00cert\xff")]), Ok(b"[0 99 101 114 116 255]".to_vec()));
    }
}
