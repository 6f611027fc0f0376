//! The second attempt at a suite whose strings have escapes that YAML does not know (`"\d+"`).

/// Doubles every backslash that is not paired with another one, anywhere in the text.
pub(super) fn backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut is_odd = false;
    for character in text.chars() {
        if character != '\\' && is_odd {
            out.push('\\');
        }
        is_odd = character == '\\' && !is_odd;
        out.push(character);
    }
    if is_odd {
        out.push('\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::backslashes;

    #[test]
    fn runs_of_backslashes_become_even() {
        assert_eq!(backslashes(r"a\d \\. \\\x"), r"a\\d \\. \\\\x");
        assert_eq!(backslashes("end\\"), "end\\\\");
    }
}
