//! Formats strings and bytes, with flags and padding.

use super::print::Printer;
use mkmanifests_go::quote::quote;
use mkmanifests_go::quote::{can_backquote, quote_with};
use mkmanifests_go::runes;

/// The flags between `%` and the verb.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    pub width: Option<usize>,
    pub precision: Option<usize>,
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// Whether the verb is `%+v`, whose plus is not the sign of numbers.
    pub plus_v: bool,
    /// Whether the verb is `%#v`.
    pub sharp_v: bool,
}

impl Flags {
    /// Returns whether numbers are written without sign, zeros and padding.
    fn is_plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.plus && !self.space
    }
}

/// Each byte as a decimal number with a space behind it, and the length of both.
static DECIMALS: [([u8; 4], usize); 256] = {
    let mut table = [([b' '; 4], 0); 256];
    let mut byte = 0;
    while byte < table.len() {
        let (digits, length) = (byte as u8, 2 + (byte >= 10) as usize + (byte >= 100) as usize);
        table[byte].1 = length;
        table[byte].0[length - 2] = b'0' + digits % 10;
        if byte >= 10 {
            table[byte].0[length - 3] = b'0' + digits / 10 % 10;
        }
        if byte >= 100 {
            table[byte].0[0] = b'0' + digits / 100;
        }
        byte += 1;
    }
    table
};

impl Printer {
    /// Writes text, padded to the width, which counts characters.
    pub(super) fn pad(&mut self, text: &[u8]) {
        let missing = match self.flags.width {
            Some(width) if width > 0 => width.saturating_sub(runes(text).count()),
            _ => 0,
        };
        if !self.flags.minus {
            self.padding(missing);
        }
        self.out.extend_from_slice(text);
        if self.flags.minus {
            self.padding(missing);
        }
    }

    /// Writes padding. Zeros are only used on the left.
    pub(super) fn padding(&mut self, count: usize) {
        let byte = if self.flags.zero && !self.flags.minus { b'0' } else { b' ' };
        self.out.resize(self.out.len() + count, byte);
    }

    /// Returns the first characters if there is a precision.
    fn truncate<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let Some(precision) = self.flags.precision else { return text };
        let end: usize = runes(text).take(precision).map(|(_, size)| size).sum();
        text.get(..end).unwrap_or(text)
    }

    pub(super) fn string(&mut self, text: &[u8], verb: char) -> bool {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.pad(self.truncate(text).to_owned().as_slice()),
            'x' => self.hex(text, false),
            'X' => self.hex(text, true),
            'q' => self.quoted(text),
            _ => return false,
        }
        true
    }

    pub(super) fn quoted(&mut self, text: &[u8]) {
        let text = self.truncate(text);
        let quoted = if self.flags.sharp && can_backquote(text) {
            [b"`", text, b"`"].concat()
        } else if self.flags.plus {
            quote_with(text, '"', true).into_bytes()
        } else {
            quote(text).into_bytes()
        };
        self.pad(&quoted);
    }

    /// Writes two digits per byte: with spaces for `% x`, and with `0x` for `%#x`.
    pub(super) fn hex(&mut self, bytes: &[u8], upper: bool) {
        let count = self.flags.precision.map_or(bytes.len(), |precision| precision.min(bytes.len()));
        let (space, sharp) = (self.flags.space, self.flags.sharp);
        let lead = if upper { "0X" } else { "0x" };
        let mut text = String::with_capacity(count * 3);
        for (index, byte) in bytes.iter().take(count).enumerate() {
            if space && index > 0 {
                text.push(' ');
            }
            if sharp && (space || index == 0) {
                text.push_str(lead);
            }
            text.push_str(&if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
        }
        self.pad(text.as_bytes());
    }

    /// Formats `[]byte` as numbers or as a string.
    pub(super) fn bytes(&mut self, bytes: &[u8], verb: char, type_name: &str) -> bool {
        match verb {
            'v' | 'd' if self.flags.sharp_v => {
                self.out.extend_from_slice(type_name.as_bytes());
                self.join(bytes, b"{", b", ", b"}", |printer, byte| printer.plain_hex(u64::from(byte)));
            }
            'v' | 'd' if self.flags.is_plain() => self.decimals(bytes),
            'v' | 'd' => {
                self.join(bytes, b"[", b" ", b"]", |printer, byte| printer.integer(u64::from(byte), false, 10, verb))
            }
            's' => self.pad(self.truncate(bytes).to_owned().as_slice()),
            'x' => self.hex(bytes, false),
            'X' => self.hex(bytes, true),
            'q' => self.quoted(bytes),
            _ => return false,
        }
        true
    }

    /// Writes numbers without flags: charts print whole files this way, by mistake.
    fn decimals(&mut self, bytes: &[u8]) {
        self.out.reserve(bytes.len().saturating_mul(4));
        self.out.push(b'[');
        for byte in bytes {
            let Some((digits, length)) = DECIMALS.get(usize::from(*byte)) else { continue };
            let end = self.out.len() + length;
            self.out.extend_from_slice(digits);
            self.out.truncate(end);
        }
        if !bytes.is_empty() {
            self.out.pop();
        }
        self.out.push(b']');
    }

    fn join(&mut self, bytes: &[u8], open: &[u8], between: &[u8], close: &[u8], mut each: impl FnMut(&mut Self, u8)) {
        self.out.extend_from_slice(open);
        for (index, byte) in bytes.iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(between);
            }
            each(self, *byte);
        }
        self.out.extend_from_slice(close);
    }
}
