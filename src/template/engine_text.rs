//! Parses messages of the template engine: minijinja's errors have a kind and a location, but names only in their text.
//!
//! No other module parses messages. This is for minijinja 3; the golden cases of templates fail if its messages change.

/// Returns the expression that is undefined, from "`values.x` is undefined".
pub(super) fn undefined(detail: &str) -> Option<&str> {
    let end = detail.find("` is undefined")?;
    let start = detail.get(..end)?.rfind('`')?;
    detail.get(start + 1..end)
}

/// Returns the name of an unknown filter, test or function, from "filter x is unknown", "x is unknown".
pub(super) fn unknown<'d>(what: &str, detail: &'d str) -> &'d str {
    detail.trim_start_matches(what).trim_end_matches("is unknown").trim()
}

/// Returns the name of a template that does not exist, from "template "x" does not exist".
pub(super) fn not_found(detail: &str) -> &str {
    detail.split('"').nth(1).unwrap_or_default()
}

/// Returns whether a macro calls itself endlessly.
pub(super) fn is_recursion(detail: &str) -> bool {
    detail.contains("recursion limit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_details() {
        assert_eq!(undefined("cannot convert it (`values.a` is undefined, from line 3)"), Some("values.a"));
        assert_eq!(undefined("nothing"), None);
        assert_eq!(unknown("filter", "filter x is unknown"), "x");
        assert_eq!(unknown("function", "x is unknown"), "x");
        assert_eq!(not_found("template \"a.j2\" does not exist"), "a.j2");
    }
}
