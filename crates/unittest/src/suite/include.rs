//! Decodes `include`, a named template to test alone, which helm-unittest does not have.

use mkmanifests_chart::yaml_bridge;
use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};

use super::decode::Decoder;
use super::node::{Node, Resolved as _};
use super::{SuiteCode, fields};
use crate::go_yaml::{Content, NodeExt as _};

/// A named template, as a chart defines it with `define`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Include {
    /// The name.
    pub name: String,
    /// What the template gets as its dot: an expression of the template language.
    pub with: String,
    /// Where it is written.
    pub location: Location,
}

impl Include {
    /// Returns the text of a template that consists of it.
    pub fn text(&self) -> String {
        format!("{{{{ include {} ({}) }}}}", quote(self.name.as_bytes()), self.with)
    }
}

/// Reads a name, or a mapping with the name and what the template gets.
pub(super) fn decode(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<Include> {
    if node.is_null() {
        return None;
    }
    let location = decoder.location(node);
    let mut include = Include { with: ".".to_owned(), location, ..Include::default() };
    if node.resolved().entries().is_none() {
        include.name = decoder.string(node)?;
    } else {
        decoder.fields(node, &fields::INCLUDE, |decoder, key, value| match key {
            "name" => include.name = decoder.string(value).unwrap_or_default(),
            _ => include.with = with(decoder, value).unwrap_or_default(),
        });
    }
    if include.name.is_empty() {
        let diagnostic = Diagnostic::error(SuiteCode::Empty, "the name of a template is missing").at(location);
        decoder.explain(diagnostic.in_field(decoder.path().clone()).help("write `include: {name: NAME}`"));
    }
    Some(include)
}

/// Reads an expression, if it is a string. Anything else is data, with the numbers that values have.
fn with(decoder: &mut Decoder<'_>, node: &Node<'_>) -> Option<String> {
    if let Content::Scalar { .. } = node.resolved().content
        && !node.is_null()
    {
        return decoder.string(node).map(|text| text.trim().to_owned());
    }
    let value = decoder.any(node);
    let function = match value {
        Value::Nil => return Some("fromJson \"null\"".to_owned()),
        Value::List(_) => "fromJsonArray",
        _ => "fromJson",
    };
    let json = yaml_bridge::to_node(&value).ok().and_then(|node| serde_json::to_string(&node).ok())?;
    Some(format!("{function} {}", quote(json.as_bytes())))
}
