//! Parses Go's layouts, in which the parts of a reference time represent those of any time.
//!
//! No crate that we use reads these layouts; `jiff` supplies the time zones.

/// What a part of a layout represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumberMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    SpaceDay,
    ZeroDay,
    SpaceYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperAmPm,
    LowerAmPm,
    ZoneName,
    Offset(Offset),
    Fraction(Fraction),
}

/// How an offset from UTC is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// Whether `Z` represents no offset.
    pub z: bool,
    pub colons: bool,
    pub minutes: bool,
    pub seconds: bool,
}

/// How parts of a second are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    pub digits: usize,
    /// Without zeros at the end, and not at all if there is nothing else.
    pub trimmed: bool,
    /// `.` or `,`.
    pub separator: u8,
}

/// A layout up to its next element.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub prefix: &'a [u8],
    pub element: Option<Element>,
    /// The element's own text.
    pub text: &'a [u8],
    pub rest: &'a [u8],
}

/// Splits a layout at its first element.
pub(super) fn next(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        let here = layout.get(at..).unwrap_or_default();
        if let Some((skip, length, element)) = element(here) {
            let (prefix, here) = layout.split_at(at + skip);
            let (text, rest) = here.split_at_checked(length).unwrap_or((here, b""));
            return Chunk { prefix, element: Some(element), text, rest };
        }
    }
    Chunk { prefix: layout, element: None, text: b"", rest: b"" }
}

/// Returns the number of bytes before the first element, its length, and the element.
fn element(text: &[u8]) -> Option<(usize, usize, Element)> {
    if let [b'_', b'2', b'0', b'0', b'6', ..] = text {
        return Some((1, 4, Element::LongYear));
    }
    let (length, element) = word(text).or_else(|| number(text)).or_else(|| offset(text)).or_else(|| fraction(text))?;
    Some((0, length, element))
}

fn word(text: &[u8]) -> Option<(usize, Element)> {
    let whole = |word: &str| !text.get(word.len()).is_some_and(u8::is_ascii_lowercase);
    Some(match text {
        [b'J', b'a', b'n', b'u', b'a', b'r', b'y', ..] => (7, Element::LongMonth),
        [b'J', b'a', b'n', ..] if whole("Jan") => (3, Element::Month),
        [b'M', b'o', b'n', b'd', b'a', b'y', ..] => (6, Element::LongWeekday),
        [b'M', b'o', b'n', ..] if whole("Mon") => (3, Element::Weekday),
        [b'M', b'S', b'T', ..] => (3, Element::ZoneName),
        [b'P', b'M', ..] => (2, Element::UpperAmPm),
        [b'p', b'm', ..] => (2, Element::LowerAmPm),
        _ => return None,
    })
}

fn number(text: &[u8]) -> Option<(usize, Element)> {
    Some(match text {
        [b'0', b'1', ..] => (2, Element::ZeroMonth),
        [b'0', b'2', ..] => (2, Element::ZeroDay),
        [b'0', b'3', ..] => (2, Element::ZeroHour12),
        [b'0', b'4', ..] => (2, Element::ZeroMinute),
        [b'0', b'5', ..] => (2, Element::ZeroSecond),
        [b'0', b'6', ..] => (2, Element::Year),
        [b'0', b'0', b'2', ..] => (3, Element::ZeroYearDay),
        [b'1', b'5', ..] => (2, Element::Hour),
        [b'1', ..] => (1, Element::NumberMonth),
        [b'2', b'0', b'0', b'6', ..] => (4, Element::LongYear),
        [b'2', ..] => (1, Element::Day),
        [b'_', b'2', ..] => (2, Element::SpaceDay),
        [b'_', b'_', b'2', ..] => (3, Element::SpaceYearDay),
        [b'3', ..] => (1, Element::Hour12),
        [b'4', ..] => (1, Element::Minute),
        [b'5', ..] => (1, Element::Second),
        _ => return None,
    })
}

fn offset(text: &[u8]) -> Option<(usize, Element)> {
    let (first, rest) = text.split_first()?;
    let z = match first {
        b'Z' => true,
        b'-' => false,
        _ => return None,
    };
    let forms: [(&[u8], bool, bool, bool); 5] = [
        (b"070000", false, true, true),
        (b"07:00:00", true, true, true),
        (b"0700", false, true, false),
        (b"07:00", true, true, false),
        (b"07", false, false, false),
    ];
    let (form, colons, minutes, seconds) = forms.into_iter().find(|(form, ..)| rest.starts_with(form))?;
    Some((form.len() + 1, Element::Offset(Offset { z, colons, minutes, seconds })))
}

fn fraction(text: &[u8]) -> Option<(usize, Element)> {
    let [separator @ (b'.' | b','), digit @ (b'0' | b'9'), ..] = text else { return None };
    let digits = text.iter().skip(1).take_while(|byte| *byte == digit).count();
    // All digits up to the end of the number must be the same.
    if text.get(digits + 1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let fraction = Fraction { digits, trimmed: *digit == b'9', separator: *separator };
    Some((digits + 1, Element::Fraction(fraction)))
}
