//! Anchors (`&name`) and the aliases (`*name`) that repeat them.

use std::collections::HashMap;

use super::super::{Kind, Node, YamlCode};
use super::MAX_DEPTH;
use super::compose::Composer;
use super::cursor::Mark;
use super::go::Stage;
use super::syntax_error::{SyntaxError, SyntaxResult};
use crate::diagnostic::Diagnostic;

/// What an anchor names.
#[derive(Default)]
pub(super) struct Anchor {
    /// `None` while it is being read.
    pub node: Option<Node>,
    /// How many nodes an alias adds; long texts count as more than one.
    pub size: usize,
    /// How deep it is nested.
    pub height: usize,
    /// How many values go-yaml decodes for it.
    pub decoded: usize,
}

/// How many values go-yaml has decoded, and how many of them for aliases.
#[derive(Default)]
pub(super) struct Decoding {
    pub all: usize,
    pub by_alias: usize,
}

impl Decoding {
    /// Returns whether go-yaml considers the document an attack: nearly all values come from aliases.
    #[expect(clippy::cast_precision_loss, reason = "the limit is a rough one")]
    fn is_excessive(&self) -> bool {
        if self.by_alias <= 100 || self.all <= 1000 {
            return false;
        }
        let (all, by_alias) = (self.all as f64, self.by_alias as f64);
        let allowed = 0.99 - 0.89 * ((all - 400_000.0) / 3_600_000.0).clamp(0.0, 1.0);
        by_alias / all > allowed
    }
}

/// The anchors of one document. A name may be defined again; the last definition before the alias counts.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    latest: HashMap<&'a str, usize>,
    all: Vec<Anchor>,
}

impl<'a> Anchors<'a> {
    /// Gives a name to a node that is about to be read, and returns its number.
    pub fn open(&mut self, name: &'a str) -> usize {
        self.all.push(Anchor::default());
        self.latest.insert(name, self.all.len() - 1);
        self.all.len() - 1
    }

    /// Keeps a copy of the node that is now read, and returns how many nodes that copy has.
    pub fn close(&mut self, number: usize, node: &Node, decoded: usize) -> usize {
        let (size, height) = measure(node);
        if let Some(anchor) = self.all.get_mut(number) {
            *anchor = Anchor { node: Some(node.clone()), size, height, decoded };
        }
        size
    }

    pub fn get(&self, name: &str) -> Option<&Anchor> {
        self.all.get(*self.latest.get(name)?)
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.latest.keys().copied()
    }
}

impl<'a> Composer<'a> {
    /// Counts values that go-yaml decodes, and how many of them for an alias.
    pub(super) fn decode(&mut self, values: usize, by_alias: usize, mark: Mark) {
        let was_excessive = self.decoding.is_excessive();
        self.decoding.all += values;
        self.decoding.by_alias += by_alias;
        if self.as_go && self.decoding.is_excessive() && !was_excessive {
            self.go.record(Stage::Decode, "document contains excessive aliasing".to_owned());
            let diagnostic = Diagnostic::error(
                YamlCode::ExcessiveAliases,
                "too many of the values come from aliases, which Helm rejects",
            );
            self.add_diagnostic(diagnostic.at(self.location(mark)));
        }
    }

    /// Returns a copy of the node that an alias repeats.
    pub(super) fn alias(&mut self, name: &'a str) -> SyntaxResult<Node> {
        let start = self.start()?;
        self.scanner.take();
        let Some(anchor) = self.anchors.get(name) else {
            let error =
                SyntaxError::new(format!("unknown alias `*{name}`: no anchor `&{name}` is defined above it"), start);
            let error = error.code(YamlCode::UndefinedAlias);
            let error = error.go(format!("unknown anchor '{name}' referenced"));
            let error = error.help(format!("quote text that starts with `*`: `\"*{name}\"`"));
            return Err(match crate::diagnostic::nearest(name, self.anchors.names()) {
                Some(near) => error.help(crate::diagnostic::did_you_mean(format_args!("*{near}"))),
                None => error,
            });
        };
        let Some(expanded) = anchor.node.clone() else {
            return self.alias_within(name, start);
        };
        let (size, height, decoded) = (anchor.size, anchor.height, anchor.decoded);
        self.decode(1, 0, start);
        self.decode(decoded, decoded, start);
        self.count(size.saturating_add(1), start)?;
        if self.depth + height > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        Ok(expanded)
    }

    /// Reports an alias inside its own anchor. Go finds that only when it decodes.
    fn alias_within(&mut self, name: &str, start: Mark) -> SyntaxResult<Node> {
        let message = format!("alias `*{name}` is inside its own anchor `&{name}`");
        let words = format!("anchor '{name}' value contains itself");
        let error = SyntaxError::new(message, start).code(YamlCode::RecursiveAlias);
        if !self.as_go {
            return Err(error);
        }
        self.go.record(Stage::Decode, words);
        let diagnostic = self.diagnostic(*error);
        self.add_diagnostic(diagnostic);
        self.empty(start)
    }
}

/// Returns the number of nodes and the depth of a tree.
fn measure(node: &Node) -> (usize, usize) {
    let children = |(size, height): (usize, usize), child: &Node| {
        let (more, deep) = measure(child);
        (size + more, height.max(deep))
    };
    let (size, height) = match &node.kind {
        Kind::Str(text) => (text.len() / 64, 0),
        Kind::Seq(items) => items.iter().fold((0, 0), children),
        Kind::Map(map) => map.entries().iter().map(|entry| &entry.value).fold((0, 0), children),
        _ => (0, 0),
    };
    (size + 1, height + 1)
}
