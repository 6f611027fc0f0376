//! Go's package `unicode`: one letter to one letter, where Rust's own functions give several (`ß` to `SS`).

use unicode_general_category::{GeneralCategory as Category, get_general_category as category};

/// The upper case of a character, if it is one character.
pub(super) fn to_upper(letter: char) -> char {
    if let Some(title) = iota_title(letter) {
        return title;
    }
    single(letter.to_uppercase(), letter)
}

/// The lower case of a character; `İ` is the only one that has two, of which the first counts.
pub(super) fn to_lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// The title case of a character: the upper case nearly always.
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

/// Greek vowels with a iota below have a title case of one character, but an upper case of two.
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

/// Category `Lu`.
pub(super) fn is_upper(letter: char) -> bool {
    is(letter, char::is_uppercase, |category| category == Category::UppercaseLetter)
}

/// Category `Ll`.
pub(super) fn is_lower(letter: char) -> bool {
    is(letter, char::is_lowercase, |category| category == Category::LowercaseLetter)
}

/// Category `Lt`.
pub(super) fn is_title(letter: char) -> bool {
    category(letter) == Category::TitlecaseLetter
}

/// A letter of any category `L*`.
pub(super) fn is_letter(letter: char) -> bool {
    use Category::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    is(letter, char::is_alphabetic, |category| {
        matches!(category, UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
    })
}

/// Category `N*`.
pub(super) fn is_number(letter: char) -> bool {
    use Category::{DecimalNumber, LetterNumber, OtherNumber};
    is(letter, char::is_numeric, |category| matches!(category, DecimalNumber | LetterNumber | OtherNumber))
}

/// Category `P*`.
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

/// The standard library has a newer Unicode (17, as Go 1.27), but its classes are wider; it knows ASCII and what is
/// not assigned in the table of categories.
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
