//! What Go's YAML reader says of text that is not UTF-8.

/// What is wrong with the first character that the reader refuses.
pub(super) fn fault(bytes: &[u8]) -> &'static str {
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let width = match first {
            0..0x80 => 1,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0..0xF8 => 4,
            _ => return "invalid leading UTF-8 octet",
        };
        let Some((character, after)) = rest.split_at_checked(width) else { return "incomplete UTF-8 octet sequence" };
        if !character.iter().skip(1).all(|octet| octet & 0xC0 == 0x80) {
            return "invalid trailing UTF-8 octet";
        }
        if let Some(wrong) = refused(code(character), width) {
            return wrong;
        }
        rest = after;
    }
    "control characters are not allowed"
}

/// The number that the octets stand for.
fn code(character: &[u8]) -> u32 {
    let lead = match character {
        [first] => u32::from(*first),
        [first, ..] => u32::from(*first) & (0x7F >> character.len()),
        [] => 0,
    };
    character.iter().skip(1).fold(lead, |code, octet| code << 6 | u32::from(octet & 0x3F))
}

fn refused(code: u32, width: usize) -> Option<&'static str> {
    let least = [0, 0, 0x80, 0x800, 0x1_0000];
    match code {
        _ if least.get(width).is_some_and(|least| code < *least) => Some("invalid length of a UTF-8 sequence"),
        0xD800..0xE000 | 0x11_0000.. => Some("invalid Unicode character"),
        9 | 10 | 13 | 0x20..=0x7E | 0x85 | 0xA0..=0xFFFD | 0x1_0000.. => None,
        _ => Some("control characters are not allowed"),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn faults_have_the_words_of_go() {
        assert_eq!(fault(b"a\xff"), "invalid leading UTF-8 octet");
        assert_eq!(fault(b"caf\xe9\n"), "incomplete UTF-8 octet sequence");
        assert_eq!(fault(b"caf\xe9\n  "), "invalid trailing UTF-8 octet");
        assert_eq!(fault(b"\xc0\x80"), "invalid length of a UTF-8 sequence");
        assert_eq!(fault(b"\xed\xa0\x80"), "invalid Unicode character");
        assert_eq!(fault(b"\x07\xff"), "control characters are not allowed");
    }
}
