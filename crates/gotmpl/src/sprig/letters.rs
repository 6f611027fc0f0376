//! Case conversion as in Go's package `unicode`: from one character to one character, where Rust may return several
//! (`ß` to `SS`).

use unicode_general_category::{GeneralCategory as Category, get_general_category as category};

/// Returns the upper case of a character if it is one character, otherwise the character.
pub(super) fn to_upper(letter: char) -> char {
    if let Some(title) = iota_title(letter) {
        return title;
    }
    single(letter.to_uppercase(), letter)
}

/// Returns the lower case of a character. Only that of `İ` has two characters, of which the first is returned.
pub(super) fn to_lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Returns the title case of a character, which is mostly the upper case.
pub(super) fn to_title(letter: char) -> char {
    match letter {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian has no title case.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => letter,
        _ => to_upper(letter),
    }
}

/// Returns the title case of a Greek vowel with iota subscript: one character, while its upper case has two.
fn iota_title(letter: char) -> Option<char> {
    let code = u32::from(letter);
    match code {
        0x1f80..=0x1faf if code & 8 == 0 => char::from_u32(code + 8),
        0x1fb3 | 0x1fc3 | 0x1ff3 => char::from_u32(code + 9),
        _ => None,
    }
}

fn single(mut letters: impl Iterator<Item = char>, otherwise: char) -> char {
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => otherwise,
    }
}

/// Returns whether a character is an upper-case letter (category `Lu`).
pub(super) fn is_upper(letter: char) -> bool {
    is(letter, char::is_uppercase, |category| category == Category::UppercaseLetter)
}

/// Returns whether a character is a lower-case letter (category `Ll`).
pub(super) fn is_lower(letter: char) -> bool {
    is(letter, char::is_lowercase, |category| category == Category::LowercaseLetter)
}

/// Returns whether a character is a title-case letter (category `Lt`).
pub(super) fn is_title(letter: char) -> bool {
    category(letter) == Category::TitlecaseLetter
}

/// Returns whether a character is a letter (categories `L*`).
pub(super) fn is_letter(letter: char) -> bool {
    use Category::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    is(letter, char::is_alphabetic, |category| {
        matches!(category, UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
    })
}

/// Returns whether a character is a number (categories `N*`).
pub(super) fn is_number(letter: char) -> bool {
    use Category::{DecimalNumber, LetterNumber, OtherNumber};
    is(letter, char::is_numeric, |category| matches!(category, DecimalNumber | LetterNumber | OtherNumber))
}

/// Returns whether a character is punctuation (categories `P*`).
pub(super) fn is_punctuation(letter: char) -> bool {
    use Category::{
        ClosePunctuation, ConnectorPunctuation, DashPunctuation, FinalPunctuation, InitialPunctuation, OpenPunctuation,
        OtherPunctuation,
    };
    matches!(
        category(letter),
        ConnectorPunctuation
            | DashPunctuation
            | OpenPunctuation
            | ClosePunctuation
            | InitialPunctuation
            | FinalPunctuation
            | OtherPunctuation
    )
}

/// The standard library has a newer Unicode version (17, as Go 1.27) but wider classes. It decides for ASCII and for
/// characters that the table of categories does not have.
fn is(letter: char, wide: fn(char) -> bool, narrow: fn(Category) -> bool) -> bool {
    if letter.is_ascii() {
        return wide(letter);
    }
    match category(letter) {
        Category::Unassigned => wide(letter),
        category => narrow(category),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_gives_one_letter() {
        assert_eq!(['ß', 'ﬁ', 'ǆ', 'ᾀ', 'ᾳ', 'i', 'ა'].map(to_upper), ['ß', 'ﬁ', 'Ǆ', 'ᾈ', 'ᾼ', 'I', 'Ა']);
        assert_eq!(['ß', 'ǆ', 'ᾀ', 'ა', 'é'].map(to_title), ['ß', 'ǅ', 'ᾈ', 'ა', 'É']);
        assert_eq!(['İ', 'Σ', 'ǅ', 'A'].map(to_lower), ['i', 'σ', 'ǆ', 'a']);
    }

    #[test]
    fn categories_are_the_narrow_ones() {
        assert!(!is_upper('Ⅷ') && is_upper('É') && !is_lower('ª') && is_title('ǅ'));
    }
}
