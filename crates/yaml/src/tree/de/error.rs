//! A misfit on its way from serde to a diagnostic with a location.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::path::{address, path_to};
use crate::diagnostic::{Diagnostic, Location, ValueCode, did_you_mean, nearest};
use crate::tree::{Kind, Node};

/// What serde passes along: small, since each of the hundreds of types has code that moves it.
pub(super) type Error = Box<Misfit>;

/// A misfit, and the node that it is about as soon as one is known.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) message: String,
    /// None for a value that is invalid in its type.
    pub(super) code: Option<ValueCode>,
    pub(super) help: Option<String>,
    pub(super) location: Location,
    pub(super) node: Option<usize>,
    /// What a type wanted, while the node that it got is not known yet.
    pub(super) expected: Option<Box<str>>,
    /// The field that is required and not there.
    pub(super) missing: Option<&'static str>,
}

impl Misfit {
    pub(super) fn of(message: String) -> Error {
        Box::new(Misfit {
            message,
            code: None,
            help: None,
            location: Location::UNKNOWN,
            node: None,
            expected: None,
            missing: None,
        })
    }

    /// A type's own "expected this, found that"; the node says better what it is as soon as it is known.
    fn mismatch(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Error {
        let expected = plainly(expected.to_string());
        let mut misfit = Misfit::of(format!("expected {expected}, found {unexpected}"));
        misfit.expected = Some(expected.into());
        misfit
    }

    pub(super) fn wrong_type(node: &Node, expected: &str) -> Error {
        let help = match &node.kind {
            Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if expected == "a string" => {
                Some("put it in quotes to make it a string".to_owned())
            }
            Kind::Raw(_) => Some("encode binary data as base64".to_owned()),
            _ => None,
        };
        let code = Some(node.wrong_type(expected));
        let misfit = Misfit::of(format!("expected {expected}, found {}", node.describe()));
        Box::new(Misfit { help, code, ..*misfit }).about(node)
    }

    /// A number or boolean where a string is expected; `found` describes it as it was written.
    pub(super) fn not_text(node: &Node, expected: &str, found: &str, written: &str) -> Error {
        let message = format!("expected {expected}, found {found}");
        let help = format!("quote it: \"{written}\"");
        let code = Some(ValueCode::NotText { written: written.to_owned() });
        Box::new(Misfit { help: Some(help), code, ..*Misfit::of(message) }).about(node)
    }

    /// The same misfit with another message.
    pub(super) fn saying(self: Box<Self>, message: String) -> Error {
        Box::new(Misfit { message, ..*self })
    }

    pub(super) fn about(mut self: Box<Self>, node: &Node) -> Error {
        if let Some(expected) = self.expected.take() {
            return Misfit::wrong_type(node, &expected);
        }
        if self.node.is_none() {
            self.node = Some(address(node));
            self.location = node.location;
        }
        self
    }

    pub(super) fn into_diagnostic(self, root: &Node) -> Diagnostic {
        let path = self.node.and_then(|node| path_to(root, node)).unwrap_or_default();
        // A value that is missing at the top is missing in every layer: none of them is its location.
        let location = if path.is_empty() && self.missing.is_some() { Location::UNKNOWN } else { self.location };
        let code = self.code.unwrap_or(ValueCode::Invalid);
        let diagnostic = Diagnostic::error(code, self.message).at(location).in_field(path);
        self.help.into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Names the node that a misfit is about, if it names none yet.
pub(super) fn about<T>(result: Result<T, Error>, node: &Node) -> Result<T, Error> {
    match result {
        Ok(value) => Ok(value),
        Err(misfit) => Err(misfit.about(node)),
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // The base64 crate's messages do not say what they are about.
        let base64 =
            ["Invalid symbol", "Invalid byte", "Invalid input length", "Invalid last symbol", "Invalid padding"];
        if base64.iter().any(|start| message.starts_with(start)) {
            let why = message.trim_end_matches('.').to_lowercase();
            return Misfit::of(format!("expected base64 text: {why}"));
        }
        Misfit::of(message)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Misfit::mismatch(unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Misfit::mismatch(unexpected, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = format!("expected one of {}, found {variant:?}", listed(expected));
        let help = nearest(variant, expected.iter().copied()).map(did_you_mean);
        Box::new(Misfit { help, ..*Misfit::of(message) })
    }

    fn missing_field(field: &'static str) -> Self {
        let help = "`null` takes a default away; here a value has to be given".to_owned();
        let misfit = Misfit::of(format!("the required `{field}` is missing"));
        Box::new(Misfit { help: Some(help), code: Some(ValueCode::MissingField), missing: Some(field), ..*misfit })
    }
}

/// What k8s-openapi's types call themselves, for people who write YAML.
pub(super) fn plainly(expected: String) -> String {
    let plain = match expected.as_str() {
        "IntOrString" => "an integer or a string",
        "Quantity" => QUANTITY,
        "Time" | "MicroTime" => TIME,
        "a base64-encoded string" => "base64 text",
        "JSONSchemaPropsOrArray" => "a schema or a list of schemas",
        "JSONSchemaPropsOrBool" => "a schema or a boolean",
        "JSONSchemaPropsOrStringArray" => "a schema or a list of strings",
        "a formatted time" => TIME,
        _ => return expected,
    };
    plain.to_owned()
}

/// https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#time-v1-meta
pub(super) const QUANTITY: &str = "a quantity (a number, or a string such as \"500m\" or \"2Gi\")";
pub(super) const MICRO_TIME: &str = "a time with microseconds such as \"2024-01-31T23:59:00.000000Z\"";
pub(super) const TIME: &str = "a time such as \"2024-01-31T23:59:00Z\"";

pub(super) fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
