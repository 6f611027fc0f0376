//! Packets and numbers.
//!
//! Source: RFC 4880, sections 3 and 4.

use super::Error;

/// The kinds of packets that matter here.
pub(super) const SIGNATURE: u8 = 2;
pub(super) const SECRET_KEY: u8 = 5;
pub(super) const PUBLIC_KEY: u8 = 6;
pub(super) const SECRET_SUBKEY: u8 = 7;
pub(super) const USER_ID: u8 = 13;
pub(super) const PUBLIC_SUBKEY: u8 = 14;

/// A packet: its kind and its content.
pub(super) struct Packet<'a> {
    pub kind: u8,
    pub body: &'a [u8],
}

/// Reads data from its start.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(|| Error::new("unexpected EOF"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads a number of up to four bytes, the highest first.
    pub(super) fn number(&mut self, bytes: usize) -> Result<u32, Error> {
        Ok(self.take(bytes)?.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
    }

    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    pub(super) fn sized(&mut self, length_bytes: usize) -> Result<&'a [u8], Error> {
        let length = self.number(length_bytes)?;
        self.take(length as usize)
    }

    /// Reads an integer of any size: the number of its bits, and its bytes.
    pub(super) fn integer(&mut self) -> Result<&'a [u8], Error> {
        let bits = self.number(2)?;
        self.take(bits.div_ceil(8) as usize)
    }

    /// Reads a length of one, two or five bytes.
    pub(super) fn length(&mut self) -> Result<usize, Error> {
        let first = u32::from(self.byte()?);
        Ok(match first {
            0..192 => first,
            192..224 => ((first - 192) << 8) + self.number(1)? + 192,
            255 => self.number(4)?,
            _ => return Err(Error::new("openpgp: unsupported feature: packets of unknown length")),
        } as usize)
    }

    /// Reads the next packet.
    pub(super) fn packet(&mut self) -> Result<Packet<'a>, Error> {
        let tag = self.byte()?;
        if tag & 0x80 == 0 {
            return Err(Error::new("openpgp: invalid data: tag byte does not have MSB set"));
        }
        if tag & 0x40 != 0 {
            let length = self.length()?;
            return Ok(Packet { kind: tag & 0x3F, body: self.take(length)? });
        }
        let body = match tag & 3 {
            0 => self.sized(1)?,
            1 => self.sized(2)?,
            2 => self.sized(4)?,
            _ => self.take(self.0.len())?,
        };
        Ok(Packet { kind: (tag >> 2) & 0xF, body })
    }
}

/// Writes an integer of any size.
pub(super) fn integer(bytes: &[u8], out: &mut Vec<u8>) {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let bytes = bytes.get(first..).unwrap_or_default();
    let unused = bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = u16::try_from(bytes.len() * 8 - unused).unwrap_or_default();
    out.extend(bits.to_be_bytes());
    out.extend(bytes);
}
