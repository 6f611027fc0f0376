//! Analyses texts that charts render as templates with `tpl`.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use super::Tracer;
use crate::unused::sets::{AbstractValue, HOLE, Set, Sets, TextId};
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::parse_trees;

/// What a hole in a text is parsed as: the call of a template of this name.
pub(super) const HOLE_TEMPLATE: &str = "mkmanifests: any text";

/// The texts that are passed to `tpl`.
#[derive(Default)]
pub(super) struct Texts {
    /// The dots of all unknown texts.
    dot: Set,
    /// The `dot` for which they were analysed.
    done: Set,
    /// The templates in values, files and texts that were kept; the context of each.
    trees: Vec<Arc<Tree>>,
    contexts: HashMap<usize, usize>,
    /// Whether the texts in values and files have been collected.
    is_gathered: bool,
    /// Texts of templates that may become a part of what `tpl` is given.
    kept: Vec<TextId>,
    known: HashSet<TextId>,
    /// How many of them have been parsed.
    parsed_kept: usize,
    /// The templates of constant texts.
    parsed: HashMap<TextId, Option<Vec<Arc<Tree>>>>,
    /// Texts that are not complete templates, each with its chart; `None` for a text of any chart.
    parts: Vec<(Option<usize>, Arc<str>)>,
    /// Which of `parts` were looked through for which chart.
    scanned: HashSet<(usize, usize)>,
}

impl Texts {
    /// Keeps a text that goes where it is not tracked.
    pub fn keep(&mut self, text: TextId, sets: &Sets) {
        if self.known.insert(text) && is_template(&sets.str(text)) {
            self.kept.push(text);
        }
    }
}

fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("}}") || text.contains(".Values.")
}

impl Default for Set {
    fn default() -> Self {
        Set::EMPTY
    }
}

impl Tracer<'_, '_> {
    pub(super) fn tpl(&mut self, text: Set, dot: Set) -> Set {
        for thing in self.sets.get(text).iter() {
            match thing {
                AbstractValue::Text(text) => self.constant_text(*text, dot),
                AbstractValue::Nil => {}
                _ => {
                    self.take_one(*thing);
                    self.render_any_text(dot);
                }
            }
        }
        self.unknown()
    }

    fn take_one(&mut self, thing: AbstractValue) {
        let one = self.sets.one(thing);
        self.take(one);
    }

    fn constant_text(&mut self, id: TextId, dot: Set) {
        let text = self.sets.str(id);
        if !text.contains("{{") && !text.contains(HOLE) {
            return;
        }
        if !self.texts.parsed.contains_key(&id) {
            let filled = text.replace(HOLE, &format!("{{{{ template {HOLE_TEMPLATE:?} . }}}}"));
            let trees = parse_trees(self.functions, "gotpl", &filled).ok();
            self.define_named(trees.as_deref().unwrap_or_default());
            self.texts.parsed.insert(id, trees);
        }
        match self.texts.parsed.get(&id).cloned().flatten() {
            Some(trees) => {
                let own: Vec<Arc<Tree>> = trees.into_iter().filter(|tree| *tree.name == *"gotpl").collect();
                self.include_trees(&own, dot);
            }
            // Unknown text inside an action can read any value.
            None => self.take(dot),
        }
    }

    /// Analyses the rendering of an unknown text, which may be any text in the values.
    pub(super) fn render_any_text(&mut self, dot: Set) {
        self.texts.dot = self.sets.union(self.texts.dot, dot);
    }

    fn define_named(&mut self, trees: &[Arc<Tree>]) {
        let named: Vec<Arc<Tree>> = trees.iter().filter(|tree| *tree.name != *"gotpl").cloned().collect();
        if !named.is_empty() {
            self.define(&named);
        }
    }

    /// Takes all texts in values, and files beside the templates, for templates if something may render them.
    pub(super) fn texts_as_templates(&mut self) {
        let dot = self.texts.dot;
        if dot == Set::EMPTY || (dot == self.texts.done && self.texts.parsed_kept == self.texts.kept.len()) {
            return;
        }
        self.texts.done = dot;
        if !std::mem::replace(&mut self.texts.is_gathered, true) {
            self.gather();
        }
        while let Some(text) = self.texts.kept.get(self.texts.parsed_kept).copied() {
            self.texts.parsed_kept += 1;
            let text = self.sets.str(text);
            self.parse_text(None, &text);
        }
        for tree in self.texts.trees.clone() {
            let address = Arc::as_ptr(&tree) as usize;
            match self.texts.contexts.get(&address) {
                Some(context) => self.widen_context(*context, dot),
                None => {
                    let context = self.add_context(&tree, dot);
                    self.enqueue(context);
                    self.texts.contexts.insert(address, context);
                }
            }
        }
        let dots = self.sets.get(dot);
        for (number, (owner, text)) in self.texts.parts.clone().into_iter().enumerate() {
            let scopes =
                dots.iter().filter_map(|thing| if let AbstractValue::Dot(scope) = thing { Some(*scope) } else { None });
            let scopes: HashSet<usize> = scopes.chain(owner).collect();
            for scope in scopes {
                if self.texts.scanned.insert((scope, number)) {
                    self.scan(scope, &text);
                }
            }
        }
    }

    fn gather(&mut self) {
        let mut found: Vec<(usize, Arc<str>)> = Vec::new();
        for values in &self.values {
            self.scopes.texts(values, &mut |scope, text| found.push((scope, Arc::from(text))));
        }
        for (number, scope) in self.scopes.0.iter().enumerate() {
            let texts = scope.chart.files.iter().map(|file| file.text()).filter(|text| text.contains("{{"));
            found.extend(texts.map(|text| (number, Arc::from(&*text))));
        }
        let mut seen = HashSet::new();
        for (scope, text) in found {
            if seen.insert((scope, Arc::clone(&text))) {
                self.parse_text(Some(scope), &text);
            }
        }
    }

    fn parse_text(&mut self, owner: Option<usize>, text: &str) {
        let filled = text.replace(HOLE, "");
        match parse_trees(self.functions, "gotpl", &filled) {
            Ok(trees) if filled.contains("{{") => {
                self.define_named(&trees);
                self.texts.trees.extend(trees);
            }
            _ => self.texts.parts.push((owner, Arc::from(text))),
        }
    }

    /// Searches a text that is not a complete template, but may become a part of one: all that follows `.Values` is
    /// read.
    pub(super) fn scan(&mut self, scope: usize, text: &str) {
        for after in text.split(".Values").skip(1) {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
            let is_all = after[..end].bytes().all(|byte| byte == b'.');
            if is_all && !text.contains("{{") {
                continue;
            }
            let values = self.values_of(scope);
            let path = self.reads.descend(values, after[..end].split('.').filter(|name| !name.is_empty()));
            self.reads.take_whole(path);
        }
    }
}
