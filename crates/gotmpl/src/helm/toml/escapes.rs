//! Handles escapes and line breaks in quoted text.

use super::lexer::{LexResult, Token, TomlError};

/// Removes the line break that directly follows the opening quotes.
pub(super) fn without_first_break(text: &str) -> &str {
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n")).unwrap_or(text)
}

/// Removes backslashes at the ends of lines, with all blanks and line breaks up to the next character.
pub(super) fn joined(token: Token) -> Token {
    let mut out = String::new();
    let mut rest = token.text.as_str();
    while let Some(at) = rest.find('\\') {
        let after = &rest[at + 1..];
        let next = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let blanks = &after[..after.len() - next.len()];
        if blanks.contains('\n') {
            out.push_str(&rest[..at]);
            rest = next;
            continue;
        }
        // A backslash that is escaped does not begin anything.
        let end = at + if after.starts_with('\\') { 2 } else { 1 };
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    Token { text: out, ..token }
}

/// Replaces escapes, which the lexer has validated.
pub(super) fn unescaped(token: Token) -> LexResult<Token> {
    let mut out = String::with_capacity(token.text.len());
    let mut rest = token.text.chars();
    while let Some(next) = rest.next() {
        if next != '\\' {
            out.push(next);
            continue;
        }
        let letter = rest.next().unwrap_or_default();
        out.push(match letter {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{C}',
            'r' => '\r',
            'e' => '\u{1B}',
            'x' | 'u' | 'U' => {
                let count =
                    [('x', 2), ('u', 4)].iter().find(|(known, _)| *known == letter).map_or(8, |(_, count)| *count);
                let digits: String = rest.by_ref().take(count).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                code.ok_or_else(|| TomlError {
                    line: token.line,
                    message: format!("Escaped character '\\u{digits}' is not valid UTF-8."),
                })?
            }
            ' ' | '\t' => {
                return Err(TomlError { line: token.line, message: format!("invalid escape: '\\{letter}'") });
            }
            other => other,
        });
    }
    Ok(Token { text: out, ..token })
}
