//! The gzip format with Helm's header.
//!
//! Source: RFC 1952.

use flate2::Crc;
use mkmanifests_go::flate;

/// The first bytes: magic number, deflate, the flags for an extra field and a comment, no time, no hint about the
/// level, and an unknown operating system.
const START: &[u8] = b"\x1f\x8b\x08\x14\0\0\0\0\0\xff";

/// The extra field and the comment that Helm writes.
const EXTRA: &[u8] = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";
const COMMENT: &[u8] = b"Helm\0";

/// Compresses a tar archive.
pub(super) fn compress(data: &[u8]) -> Vec<u8> {
    let mut out = START.to_vec();
    out.extend((EXTRA.len() as u16).to_le_bytes());
    out.extend(EXTRA);
    out.extend(COMMENT);
    let mut crc = Crc::new();
    crc.update(data);
    out.extend(flate::compress(data));
    out.extend(crc.sum().to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out
}
