//! Detects the media type of data, as Go's `http.DetectContentType` does.
//!
//! Source: the [WHATWG MIME sniffing standard](https://mimesniff.spec.whatwg.org/), sections 6 and 7.1, in Go's order.

/// How many bytes at the start decide.
pub const MAX_BYTES: usize = 512;

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const BINARY: &str = "application/octet-stream";

/// How HTML begins, in any case and behind white space; a space or `>` follows.
const TAGS: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

/// How files of a type begin, before those of MP4. `?` stands for any byte.
const FIRST: [(&[u8], &str); 18] = [
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xFE\xFF??", "text/plain; charset=utf-16be"),
    (b"\xFF\xFE??", "text/plain; charset=utf-16le"),
    (b"\xEF\xBB\xBF?", TEXT),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x00\x00\x02\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"RIFF????WEBPVP", "image/webp"),
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"FORM????AIFF", "audio/aiff"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\x00", "application/ogg"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"RIFF????AVI ", "video/avi"),
];

/// How files of a type begin, after those of MP4. `?` stands for any byte.
const LAST: [(&[u8], &str); 13] = [
    (b"RIFF????WAVE", "audio/wave"),
    (b"\x1A\x45\xDF\xA3", "video/webm"),
    (b"??????????????????????????????????LP", "application/vnd.ms-fontobject"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x1F\x8B\x08", "application/x-gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1A\x07\x00", "application/x-rar-compressed"),
    (b"Rar!\x1A\x07\x01\x00", "application/x-rar-compressed"),
    (b"\x00\x61\x73\x6D", "application/wasm"),
];

/// Returns the media type that the first [`MAX_BYTES`] of data look like; `application/octet-stream` if they look like none.
pub fn detect(data: &[u8]) -> &'static str {
    let data = data.get(..MAX_BYTES).unwrap_or(data);
    let is_space = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ');
    let start = data.iter().position(|byte| !is_space(byte)).unwrap_or(data.len());
    let text = data.get(start..).unwrap_or_default();
    if TAGS.iter().any(|tag| begins_with_tag(text, tag)) {
        return HTML;
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    let find = |table: &[(&[u8], &'static str)]| {
        table.iter().find(|(pattern, _)| begins_with(data, pattern)).map(|(_, found)| *found)
    };
    if let Some(found) = find(&FIRST) {
        return found;
    }
    if is_mp4(data) {
        return "video/mp4";
    }
    find(&LAST).unwrap_or(if text.iter().any(is_binary) { BINARY } else { TEXT })
}

fn begins_with_tag(text: &[u8], tag: &[u8]) -> bool {
    let begin = text.get(..tag.len()).unwrap_or_default();
    begin.eq_ignore_ascii_case(tag) && matches!(text.get(tag.len()), Some(b' ' | b'>'))
}

fn begins_with(data: &[u8], pattern: &[u8]) -> bool {
    data.len() >= pattern.len() && data.iter().zip(pattern).all(|(byte, wanted)| *wanted == b'?' || byte == wanted)
}

/// Returns whether the first box of data names a brand of MP4: the main one, or a compatible one behind the version.
fn is_mp4(data: &[u8]) -> bool {
    let Some((size, _)) = data.split_first_chunk::<4>() else { return false };
    let size = u32::from_be_bytes(*size) as usize;
    let Some(first_box) = data.get(..size).filter(|_| size.is_multiple_of(4) && data.len() >= 12) else { return false };
    let brands = || first_box.chunks(4).enumerate().skip(2).filter(|(index, _)| *index != 3);
    data.get(4..8) == Some(b"ftyp") && brands().any(|(_, brand)| brand.starts_with(b"mp4"))
}

/// Returns whether text does not have a byte.
fn is_binary(byte: &u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F)
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn types_are_those_of_go() {
        for (data, expected) in [
            (&b""[..], "text/plain; charset=utf-8"),
            (b"text", "text/plain; charset=utf-8"),
            (b"a\0", "application/octet-stream"),
            (b"\x1B[0m", "text/plain; charset=utf-8"),
            (b" \n<!doctype html>", "text/html; charset=utf-8"),
            (b"<html", "text/plain; charset=utf-8"),
            (b"<htmlx>", "text/plain; charset=utf-8"),
            (b"<P >", "text/html; charset=utf-8"),
            (b"\n<?xml", "text/xml; charset=utf-8"),
            (b"<?XML", "text/plain; charset=utf-8"),
            (b"\xFE\xFF\0a", "text/plain; charset=utf-16be"),
            (b"%PDF-1.7", "application/pdf"),
            (b"RIFFabcdWEBPVP8", "image/webp"),
            (b"\x1F\x8B\x08", "application/x-gzip"),
            (b"\x1F\x8B\x07", "application/octet-stream"),
            (b"PK\x03\x04", "application/zip"),
            (b"\0\0\0\x10ftypisom\0\0\0\0mp42", "application/octet-stream"),
            (b"\0\0\0\x14ftypisom\0\0\0\0mp42", "video/mp4"),
            (b"\0\0\0\x10ftypmp41\0\0\0\0", "video/mp4"),
            (b"0123456789012345678901234567890123LP", "application/vnd.ms-fontobject"),
        ] {
            assert_eq!(detect(data), expected, "{:?}", String::from_utf8_lossy(data));
        }
    }
}
