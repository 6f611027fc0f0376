//! Writes what Helm writes as JSON, as Go's `encoding/json` does.

use mkmanifests_go::float::format_float;
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// The fields of Helm's structs (dependencies, metadata, indexes, results of a search), in one order that is right for
/// each of them.
const FIELDS: [&str; 31] = [
    "name",
    "home",
    "sources",
    "version",
    "app_version",
    "repository",
    "description",
    "keywords",
    "maintainers",
    "email",
    "url",
    "icon",
    "apiVersion",
    "generated",
    "entries",
    "publicKeys",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
    "urls",
    "created",
    "removed",
    "digest",
];

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Fields of a struct.
    Fields,
    /// Names, whose values are structs: the charts of an index.
    Names,
    /// Anything, at any depth.
    Free,
}

/// Returns a value of Helm as JSON, with the fields of structs in Helm's order. `indent` is the number of spaces per
/// level; `None` writes everything into one line. `<`, `>`, `&` and two line separators are escaped.
pub fn json(node: &Node, indent: Option<usize>) -> String {
    let mut writer = Writer { out: String::new(), indent, depth: 0 };
    writer.node(node, Keys::Fields);
    writer.out
}

struct Writer {
    out: String,
    indent: Option<usize>,
    depth: usize,
}

impl Writer {
    fn node(&mut self, node: &Node, keys: Keys) {
        match &node.kind {
            Kind::Null => self.out.push_str("null"),
            Kind::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Kind::Int(value) => self.out.push_str(&value.to_string()),
            Kind::UInt(value) => self.out.push_str(&value.to_string()),
            Kind::Float(value) => self.out.push_str(&float(*value)),
            Kind::Str(text) => self.string(text),
            Kind::Raw(bytes) => self.string(&String::from_utf8_lossy(bytes)),
            Kind::Seq(items) => self.items('[', ']', items, |writer, item| writer.node(item, keys)),
            Kind::Map(map) => self.map(map, keys),
        }
    }

    fn map(&mut self, map: &Map, keys: Keys) {
        let mut entries: Vec<&Entry> = map.entries().iter().collect();
        if keys == Keys::Fields {
            entries.sort_by_key(|entry| FIELDS.iter().position(|field| *field == entry.key));
        }
        self.items('{', '}', &entries, |writer, entry| {
            writer.string(&entry.key);
            writer.out.push_str(if writer.indent.is_some() { ": " } else { ":" });
            let keys = match (keys, &*entry.key) {
                (Keys::Fields, "annotations" | "import-values") => Keys::Free,
                (Keys::Fields, "entries") => Keys::Names,
                (Keys::Names, _) => Keys::Fields,
                (keys, _) => keys,
            };
            writer.node(&entry.value, keys);
        });
    }

    fn items<T>(&mut self, open: char, close: char, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.out.push(open);
        self.depth += 1;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line_break();
            write(self, item);
        }
        self.depth -= 1;
        if !items.is_empty() {
            self.line_break();
        }
        self.out.push(close);
    }

    fn line_break(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push('\n');
            self.out.push_str(&" ".repeat(indent * self.depth));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(char)));
                }
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }
}

/// Writes a number with an exponent only if it is very small or large.
fn float(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format_float(value, b'f', None);
    }
    // Go removes the zero of `e-09`, but not that of `e+09`, which does not occur.
    format_float(value, b'e', None).replace("e-0", "e-")
}
