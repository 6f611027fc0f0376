//! Decodes assertions.

use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Severity, Step, did_you_mean, listed, nearest};

use super::decode::Decoder;
use super::node::{Node, Resolved as _};
use super::{DocumentSelector, SuiteCode, fields};
use super::{selector, valid};
use crate::assertion::{
    Assertion, Check, Comparison, EXTENSIONS, INSIDE, Inside, NAMES, Name, Order, ParamError, Params,
};
use crate::go_yaml::NodeExt as _;

/// The keys beside the name of an assertion.
const AROUND: &[&str] = &["not", "template", "documentIndex", "documentSelector"];

/// A key beside the name that helm-unittest does not have.
const TEMPLATES: &str = "templates";

/// Parameters that people write although helm-unittest does not have them, and that change nothing.
const HARMLESS: &[&str] = &["ignoreErrors"];

/// Decodes an assertion; `None` for an empty item.
pub(super) fn decode(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<Assertion> {
    let target = node.resolved();
    if node.is_null() {
        let diagnostic = Diagnostic::error(SuiteCode::Empty, "empty assertion").at(decoder.location(node));
        decoder.explain(diagnostic.in_field(decoder.path().clone()));
        return None;
    }
    let map = decoder.map(node, "map[string]interface {}")?;
    Reading { decoder, node: target, map }.assertion()
}

struct Reading<'r, 'd, 't> {
    decoder: &'r mut Decoder<'d>,
    node: &'r Node<'t>,
    map: Map,
}

impl<'r, 't> Reading<'r, '_, 't> {
    fn assertion(mut self) -> Option<Assertion> {
        let document_index = match self.map.get("documentIndex") {
            Some(Value::Int(index, _)) => Some(index),
            _ => self.ignored("documentIndex", "an integer"),
        };
        let not = match self.map.get("not") {
            Some(Value::Bool(not)) => Some(not),
            _ => self.ignored("not", "`true` or `false`"),
        };
        let template = match self.map.get("template") {
            Some(Value::Str(template)) => Some(template.text().into_owned()),
            _ => self.ignored("template", "a string"),
        };
        let document_selector = self.selector();
        let templates = self.templates();
        let name = self.name()?;
        let (check, inside) = self.check(name)?;
        self.explain_unknown_keys(name);
        self.explain_never_fails(name, &check, not.unwrap_or_default());
        Some(Assertion {
            location: self.location_of(name),
            name: *name,
            check,
            template: template.unwrap_or_default(),
            templates,
            document_index,
            document_selector,
            inside,
            not: not.unwrap_or_default(),
        })
    }

    /// Returns where the name of the assertion is written.
    fn location_of(&self, name: &Name) -> Location {
        let key = keys(self.node).find(|(_, text)| *text == name.name).map(|(key, _)| key);
        self.decoder.location(key.unwrap_or(self.node))
    }

    /// Reports a setting that has another type, which helm-unittest ignores.
    fn ignored<T>(&mut self, key: &str, wanted: &str) -> Option<T> {
        if let Some(node) = self.entry(key).filter(|node| !node.is_null()) {
            self.decoder.within(Step::Field(key.to_owned()), |decoder| decoder.ignored(node, wanted));
        }
        None
    }

    /// Returns the value of a key.
    fn entry(&mut self, key: &str) -> Option<&'r Node<'t>> {
        let entries = self.decoder.entries(self.node);
        entries.into_iter().find(|(known, _)| known.words() == key).map(|(_, value)| value)
    }

    /// Reads the templates of an assertion.
    fn templates(&mut self) -> Vec<String> {
        let Some(node) = self.entry(TEMPLATES).filter(|_| self.decoder.explains()) else { return Vec::new() };
        self.decoder.within(Step::Field(TEMPLATES.to_owned()), |decoder| decoder.strings(node))
    }

    fn selector(&mut self) -> Option<DocumentSelector> {
        let Some(Value::Map(map)) = self.map.get("documentSelector") else {
            return self.ignored("documentSelector", "a mapping");
        };
        let node = self.entry("documentSelector")?;
        if selector::is_extended(self.decoder, node) {
            let step = Step::Field("documentSelector".to_owned());
            return self.decoder.within(step, |decoder| selector::decode(decoder, node));
        }
        let location = self.decoder.location(node);
        let Some(Value::Str(path)) = map.get("path") else {
            let diagnostic = Diagnostic::error(SuiteCode::Selector, "the selector needs `path`, a string").at(location);
            let diagnostic = diagnostic.in_field(self.decoder.path().child("documentSelector"));
            self.decoder.stop(diagnostic, "empty 'documentSelector.path' not supported".to_owned());
            return None;
        };
        self.explain_selector(node);
        let is_true = |key: &str| matches!(map.get(key), Some(Value::Bool(true)));
        Some(DocumentSelector {
            path: path.text().into_owned(),
            value: map.get("value").unwrap_or_default(),
            match_many: is_true("matchMany"),
            skip_empty_templates: is_true("skipEmptyTemplates"),
            location,
            conditions: Vec::new(),
        })
    }

    fn explain_selector(&mut self, node: &Node<'_>) {
        for (key, _) in node.resolved().entries().unwrap_or_default() {
            let name = key.words();
            if !fields::SELECTOR.keys.contains(&name) && !key.is_merge() {
                self.decoder.within(Step::Field("documentSelector".to_owned()), |decoder| {
                    decoder.explain_unknown(name, key, &fields::SELECTOR);
                });
            }
        }
    }

    /// Finds the name of the assertion.
    fn name(&mut self) -> Option<&'static Name> {
        let names: Vec<&Name> = self.names().filter(|name| self.map.contains(name.name)).collect();
        match names.as_slice() {
            [name] => Some(name),
            [first, second, ..] => {
                let (first, second) = (first.name, second.name);
                let reason = format!("an assertion has one kind, found `{first}` and `{second}`");
                let text = format!("assertion type `{first}` and `{second}` is declared duplicately");
                self.stop(&reason, text, Some(format!("write `{second}` as an item of its own")));
                None
            }
            [] => {
                self.no_name();
                None
            }
        }
    }

    /// Returns the names of all assertions: helm-unittest does not know the extensions.
    fn names(&self) -> impl Iterator<Item = &'static Name> + use<> {
        NAMES.iter().chain(if self.decoder.explains() { EXTENSIONS } else { &[] })
    }

    fn no_name(&mut self) {
        let map = self.map.snapshot();
        let is_setting = |key: &str| matches!(key, "template" | "documentIndex" | "not");
        let mut unknown: Vec<String> = map.keys().map(ToString::to_string).filter(|key| !is_setting(key)).collect();
        // helm-unittest names any of the keys, also `documentSelector`.
        unknown.sort_by_key(|key| key == "documentSelector");
        let Some(key) = unknown.first() else {
            self.stop("no kind of assertion", "no assertion type defined".to_owned(), None);
            return;
        };
        let help = nearest(key, self.names().map(|name| name.name)).map(did_you_mean);
        self.stop(&format!("unknown assertion `{key}`"), format!("Assertion type `{key}` is invalid"), help);
    }

    fn stop(&mut self, reason: &str, text: String, help: Option<String>) {
        let diagnostic = Diagnostic::error(SuiteCode::Assertion, reason).at(self.decoder.location(self.node));
        let diagnostic = diagnostic.in_field(self.decoder.path().clone());
        self.decoder.stop(help.into_iter().fold(diagnostic, Diagnostic::help), text);
    }

    fn check(&mut self, name: &Name) -> Option<(Check, Option<Inside>)> {
        if name.is_extension() {
            let node = self.entry(name.name)?;
            let step = Step::Field(name.name.to_owned());
            return Some((self.decoder.within(step, |decoder| valid::decode(decoder, node)), None));
        }
        let value = self.map.get(name.name).unwrap_or_default();
        let mut params = match Params::new(&value) {
            Ok(params) => params,
            Err(error) => {
                self.report_params(name, std::slice::from_ref(&error), &error.text);
                return None;
            }
        };
        let has_path = self.decoder.explains() && name.parameters().contains(&"path");
        let inside = has_path.then(|| Inside::take(&mut params)).flatten();
        let check = name.check(&mut params);
        match params.finish() {
            Ok(()) => Some((check, inside)),
            Err((errors, text)) => {
                self.report_params(name, &errors, &text);
                None
            }
        }
    }

    /// Reports parameters of other types, each at its place.
    fn report_params(&mut self, name: &Name, errors: &[ParamError], text: &str) {
        let diagnostics = errors.iter().map(|error| {
            let steps: Vec<Step> = [Step::Field(name.name.to_owned())].into_iter().chain(error.steps.clone()).collect();
            let node = steps.iter().try_fold(self.node, |node, step| self.child(node, step)).unwrap_or(self.node);
            let path = self.decoder.path().steps().iter().cloned().chain(steps).collect::<FieldPath>();
            let diagnostic = self.decoder.mismatch(node, error.wanted).in_field(path);
            match error.steps.is_empty() {
                true => diagnostic.help(format!("known keys: {}", listed(name.parameters().iter().copied()))),
                false => diagnostic,
            }
        });
        let diagnostics = diagnostics.collect();
        self.decoder.stop_with(diagnostics, text);
    }

    /// Returns the value of a key in any case, or an item.
    fn child(&self, node: &'r Node<'t>, step: &Step) -> Option<&'r Node<'t>> {
        let node = node.resolved();
        match step {
            Step::Index(index) => node.items()?.get(*index),
            Step::Field(name) | Step::Key(name) => {
                let mut entries = node.entries()?.iter();
                entries.find(|(key, _)| key.words().eq_ignore_ascii_case(name)).map(|(_, value)| value)
            }
        }
    }

    /// Reports keys that helm-unittest ignores, also with `--strict`.
    fn explain_unknown_keys(&mut self, name: &Name) {
        if !self.decoder.explains() {
            return;
        }
        for (key, text) in keys(self.node) {
            if text != name.name && !AROUND.contains(&text) && text != TEMPLATES {
                let known: Vec<&str> = AROUND.iter().chain([&TEMPLATES]).chain(name.parameters()).copied().collect();
                let mut diagnostic = Diagnostic::unknown_key(self.decoder.path().child(text), &known);
                if name.parameters().contains(&text) {
                    diagnostic.help = vec![format!("move `{text}` into `{}`: indent it further", name.name)];
                }
                self.report(diagnostic, key, text);
            }
        }
        let Some(params) = self.entry(name.name).filter(|_| !name.is_extension()) else { return };
        let inside = if name.parameters().contains(&"path") { INSIDE } else { &[] };
        for (key, text) in keys(params.resolved()) {
            let is_known = |known: &&str| known.eq_ignore_ascii_case(text);
            if !name.parameters().iter().any(is_known) && !inside.iter().any(is_known) {
                let path: FieldPath = self.decoder.path().child(name.name).child(text);
                let mut diagnostic = Diagnostic::unknown_key(path, name.parameters());
                if AROUND.contains(&text) {
                    diagnostic.help = vec![format!("move `{text}` beside `{}`", name.name)];
                }
                self.report(diagnostic, key, text);
            }
        }
    }

    /// Warns about `notGreaterOrEqual`, which helm-unittest never lets fail.
    fn explain_never_fails(&mut self, name: &Name, check: &Check, not: bool) {
        let Check::Order(Order { comparison: Comparison::Greater, .. }) = check else { return };
        if not == name.is_antonym {
            return;
        }
        let reason = "this assertion never fails: helm-unittest does not negate `greaterOrEqual`";
        let diagnostic = Diagnostic::warning(SuiteCode::NeverFails, reason).at(self.decoder.location(self.node));
        let diagnostic = diagnostic.in_field(self.decoder.path().clone());
        self.decoder.explain(diagnostic.help("use `lessOrEqual`"));
    }

    fn report(&mut self, mut diagnostic: Diagnostic, key: &Node<'_>, text: &str) {
        if HARMLESS.contains(&text) {
            diagnostic.severity = Severity::Warning;
        }
        let location = self.decoder.location(key);
        self.decoder.explain(diagnostic.at(location));
    }
}

/// Returns the keys of a mapping, with their texts.
fn keys<'n, 't>(node: &'n Node<'t>) -> impl Iterator<Item = (&'n Node<'t>, &'n str)> {
    let pairs = node.entries().unwrap_or_default().iter().filter(|(key, _)| !key.is_merge());
    pairs.map(|(key, _)| (key, key.words()))
}
