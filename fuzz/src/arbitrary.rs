//! Builds texts and trees from bytes, for fuzzing and property tests; most of them are difficult for a YAML writer.

use mkmanifests_yaml::tree::{Kind, Map, Node};

/// Makes choices from bytes. When the bytes are used up, it always makes the first choice.
pub struct Choices<'a>(std::slice::Iter<'a, u8>);

/// Words that YAML 1.1 or Go reads as something other than text, and similar ones.
const WORDS: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "NULL",
    "nULL",
    "y",
    "Y",
    "yes",
    "Yes",
    "YES",
    "yEs",
    "n",
    "N",
    "no",
    "No",
    "NO",
    "true",
    "True",
    "TRUE",
    "tRue",
    "false",
    "False",
    "FALSE",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    ".nan",
    ".NaN",
    ".NAN",
    ".Nan",
    ".inf",
    ".Inf",
    ".INF",
    "+.inf",
    "-.Inf",
    "-.INF",
    "<<",
    "=",
    "inf",
    "nan",
    "Infinity",
    "-",
    "--",
    "---",
    "--- a",
    "...",
    "... a",
    "----",
    "?",
    "? a",
    ":",
    ": a",
    "a:",
    "a: b",
    "a :b",
    "::",
    "#",
    "a #b",
    "a# b",
    "- a",
    "-a",
    "!a",
    "&a",
    "*a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "[]",
    "{}",
    "[a",
    "{a",
    "]",
    "}",
    ",",
    "a,b",
    "'",
    "''",
    "\"",
    "'a'",
    "\"a\"",
    "\\",
    "0",
    "-0",
    "+0",
    "00",
    "08",
    "09",
    "0o7",
    "0o8",
    "0O7",
    "007",
    "0x",
    "0x1F",
    "0X1f",
    "0xg",
    "0b",
    "0b1",
    "0B1",
    "0b2",
    "0b-1",
    "0b+1",
    "-0b1",
    "-0b-1",
    "+0b1",
    "0x-1",
    "0x_1",
    "0_",
    "_0",
    "1_000",
    "1__0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "+9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "0xFFFFFFFFFFFFFFFF",
    "0x10000000000000000",
    "-0x8000000000000001",
    "01777777777777777777777",
    "02000000000000000000000",
    "1.",
    ".5",
    "+.5",
    "-.5",
    ".",
    "..",
    ".e5",
    ".5e",
    ".5e3",
    ".5_0",
    "._5",
    ".5_",
    ".5__0",
    ".5e999",
    "1e5",
    "1E5",
    "1e+5",
    "1e-5",
    "1e",
    "1e999",
    "-1e999",
    "1e-999",
    "1.5",
    "1.5.1",
    "1_0.5_0",
    "685_230.15e+03",
    "1:2",
    "1:20",
    "1:60",
    "1:2:3",
    "12:30:45",
    "190:20:30.15",
    "+1:2",
    "-1:59",
    "1_:2",
    "1:2.",
    "1:2._",
    "1:",
    ":1",
    "1:2:",
    "1:99",
    "2001-01-01",
    "2001-1-1",
    "2001-13-01",
    "2001-02-29",
    "2000-02-29",
    "1900-02-29",
    "2001-00-01",
    "2001-01-00",
    "2001-01-32",
    "2001-1-1t1:2:3Z",
    "2001-01-01T01:02:03Z",
    "2001-01-01T01:02:03.5Z",
    "2001-01-01T01:02:03,5+24:60",
    "2001-01-01T01:02:03+25:00",
    "2001-01-01 01:02:03",
    "2001-01-01  1:2:3.123456789123",
    "2001-01-01 01:02:03 Z",
    "2001-01-01T24:00:00Z",
    "2001-01-01T01:60:00Z",
    "2001-01-01T1:2:3",
    "2001-01-01 1:2:60",
    "2001-01-01 ",
    "2001-01-01T",
    "20010-01-01",
    "2001-",
    "0000-01-01",
];

/// Alphabets for short texts.
const ALPHABETS: &[&str] = &[
    "0123456789._+-eExXoObBaF:",
    "01_.-+",
    "'\":#-?,[]{}&*!|>%@`\\=~<> \n\ta",
    " \n\na'\"-#:",
    " \n\r\u{85}\u{2028}\u{2029}\ta-",
    "a\u{0}\u{7}\u{1b}\u{1f}\u{7f}\u{80}\u{9f}\u{a0}\u{ad}\u{300}\u{feff}\u{fffd}\u{fffe}\u{ffff} \n",
    "aé中😀\u{10ffff}\u{e000}\u{d7ff}\u{2028} '\"\n",
    "0123456789-:TtZ+ .,",
    "abcABC_-./ 0129äΩ٣²ⅷ\u{345}",
];

/// Parts of long texts.
const PIECES: &[&str] = &[
    "a",
    "word",
    "longer-word-with-signs/in.it",
    " ",
    " ",
    " ",
    "  ",
    "   ",
    "\n",
    "\n\n",
    "\n ",
    " \n",
    "\t",
    "'",
    "\"",
    "\\",
    ": ",
    " #",
    "é",
    "中文字",
    "😀",
    "\u{2028}",
    "\u{feff}",
    "\u{85}",
    "- ",
    "{{ .Values.name }}",
    "\r\n",
    "https://example.com/a/very/long/path/that/does/not/fold?at=all",
];

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Choices(bytes.iter())
    }

    /// Returns a number below `count`.
    fn below(&mut self, count: usize) -> usize {
        let high = if count > 256 { self.byte() } else { 0 };
        (high << 8 | self.byte()) % count
    }

    fn byte(&mut self) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte))
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns any text.
    pub fn text(&mut self) -> String {
        match self.below(8) {
            0 => self.pick(WORDS).to_owned(),
            1 => self.near_word(),
            2 => self.long(),
            3 => (0..self.below(12)).map(|_| self.character()).collect(),
            _ => self.short(),
        }
    }

    /// Returns a word with something before and after it.
    fn near_word(&mut self) -> String {
        let pieces = ["", " ", "a", "_", "0", ":", "\n", "-", "."];
        format!("{}{}{}", self.pick(&pieces), self.pick(WORDS), self.pick(&pieces))
    }

    fn short(&mut self) -> String {
        let alphabet: Vec<char> = self.pick(ALPHABETS).chars().collect();
        (0..1 + self.below(14)).map(|_| self.pick(&alphabet)).collect()
    }

    /// Returns text that is long enough to be folded. Some has only single spaces and nothing to quote.
    fn long(&mut self) -> String {
        let pieces = if self.below(2) == 0 { &PIECES[..6] } else { PIECES };
        (0..self.below(100)).map(|_| self.pick(pieces)).collect()
    }

    fn character(&mut self) -> char {
        let code = match self.below(4) {
            0 => self.below(0x100),
            1 => self.below(0x3000),
            2 => self.below(0x10000),
            _ => (self.below(0x11) << 16) + self.below(0x10000),
        };
        u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
    }

    /// Returns any tree.
    pub fn node(&mut self, depth: usize) -> Node {
        let kinds = if depth == 0 { 8 } else { 14 };
        let kind = match self.below(kinds) {
            0 => Kind::Null,
            1 => Kind::Bool(self.below(2) == 0),
            2 => Kind::Int(self.integer()),
            3 => self.float(),
            4..8 => Kind::Str(self.text()),
            8..11 => Kind::Seq((0..self.below(5)).map(|_| self.node(depth - 1)).collect()),
            _ => {
                let mut map = Map::new();
                for _ in 0..self.below(6) {
                    let key = self.text();
                    map.set(key, self.node(depth - 1));
                }
                Kind::Map(map)
            }
        };
        kind.into()
    }

    /// Returns an integer that a double can represent, because Helm converts all numbers to doubles.
    fn integer(&mut self) -> i64 {
        let bits = self.below(53);
        let value = (0..7).fold(0i64, |value, _| value << 8 | self.byte() as i64) & ((1 << bits) - 1);
        if self.below(2) == 0 { value } else { -value }
    }

    /// Returns a float, or an integer if it is whole, like a reader.
    fn float(&mut self) -> Kind {
        let digits = self.integer() as f64;
        let value = digits * 10f64.powi(self.below(50) as i32 - 25);
        let written = value.to_string();
        match (written.parse(), written.parse()) {
            (Ok(integer), _) => Kind::Int(integer),
            (_, Ok(integer)) => Kind::UInt(integer),
            _ => Kind::Float(value),
        }
    }
}
