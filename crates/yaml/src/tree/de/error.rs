//! Errors of deserialization, from serde to a diagnostic with a location.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::path::{address, path_to};
use crate::diagnostic::{Diagnostic, Location, ValueCode, did_you_mean, missing_space_help, nearest};
use crate::tree::{Kind, Node};

/// The error type for serde. Boxed, since the code of hundreds of types moves it.
pub(super) type Error = Box<Mismatch>;

/// A value that does not match its type, and its node as soon as that is known.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) message: String,
    /// `None` for a value of the right type that is invalid.
    pub(super) code: Option<ValueCode>,
    pub(super) help: Option<String>,
    pub(super) location: Location,
    pub(super) node: Option<usize>,
    /// The type that was expected, while the node is not known yet.
    pub(super) expected: Option<Box<str>>,
    /// The required field that is missing.
    pub(super) missing: Option<&'static str>,
}

impl Mismatch {
    pub(super) fn of(message: String) -> Error {
        Box::new(Mismatch {
            message,
            code: None,
            help: None,
            location: Location::UNKNOWN,
            node: None,
            expected: None,
            missing: None,
        })
    }

    /// Creates serde's "expected this, found that". [`Mismatch::about`] replaces it with a better message of the node.
    fn from_serde(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Error {
        let expected = plainly(expected.to_string());
        let mut mismatch = Mismatch::of(format!("expected {expected}, found {unexpected}"));
        mismatch.expected = Some(expected.into());
        mismatch
    }

    pub(super) fn wrong_type(node: &Node, expected: &str) -> Error {
        let help = match &node.kind {
            Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if expected == "a string" => {
                Some(QUOTE.to_owned())
            }
            Kind::Raw(_) => Some("encode binary data as base64".to_owned()),
            Kind::Str(text) if expected == "a mapping" => missing_space_help(text),
            _ => None,
        };
        let code = Some(node.wrong_type(expected));
        let mismatch = Mismatch::of(format!("expected {expected}, found {}", node.describe()));
        Box::new(Mismatch { help, code, ..*mismatch }).about(node)
    }

    /// A number or boolean where a string is expected; `found` describes it as it was written.
    pub(super) fn not_text(node: &Node, expected: &str, found: &str, written: &str) -> Error {
        let message = format!("expected {expected}, found {found}");
        let help = format!("quote it: \"{written}\"");
        let code = Some(ValueCode::NotText { written: written.to_owned() });
        Box::new(Mismatch { help: Some(help), code, ..*Mismatch::of(message) }).about(node)
    }

    /// Replaces the message.
    pub(super) fn saying(mut self: Box<Self>, message: String) -> Error {
        self.message = message;
        self
    }

    pub(super) fn about(mut self: Box<Self>, node: &Node) -> Error {
        if let Some(expected) = self.expected.take() {
            return Mismatch::wrong_type(node, &expected);
        }
        if self.node.is_none() {
            self.node = Some(address(node));
            self.location = node.location;
        }
        self
    }

    pub(super) fn into_diagnostic(self, root: &Node) -> Diagnostic {
        let path = self.node.and_then(|node| path_to(root, node)).unwrap_or_default();
        // A value that is missing at the top is missing in all layers, so none of them is its location.
        let location = if path.is_empty() && self.missing.is_some() { Location::UNKNOWN } else { self.location };
        let code = self.code.unwrap_or(ValueCode::Invalid);
        let diagnostic = Diagnostic::error(code, self.message).at(location).in_field(path);
        self.help.into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Sets the node of an error that has none yet.
pub(super) fn about<T>(result: Result<T, Error>, node: &Node) -> Result<T, Error> {
    match result {
        Ok(value) => Ok(value),
        Err(mismatch) => Err(mismatch.about(node)),
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // The messages of the base64 crate do not mention base64.
        let base64 =
            ["Invalid symbol", "Invalid byte", "Invalid input length", "Invalid last symbol", "Invalid padding"];
        if base64.iter().any(|start| message.starts_with(start)) {
            let why = message.trim_end_matches('.').to_lowercase();
            return Mismatch::of(format!("expected base64: {why}"));
        }
        Mismatch::of(message)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mismatch::from_serde(unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mismatch::from_serde(unexpected, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = format!("must be one of {}, found {variant:?}", listed(expected));
        let help = nearest(variant, expected.iter().copied()).map(did_you_mean);
        Box::new(Mismatch { help, ..*Mismatch::of(message) })
    }

    fn missing_field(field: &'static str) -> Self {
        let help = "`null` removes the default; set a value".to_owned();
        let mismatch = Mismatch::of(format!("required field `{field}` is missing"));
        Box::new(Mismatch { help: Some(help), code: Some(ValueCode::MissingField), missing: Some(field), ..*mismatch })
    }
}

/// The help for a number or boolean where a string is expected.
pub(in crate::tree) const QUOTE: &str = "quote it to make it a string";

/// Translates the names of k8s-openapi's types for people who write YAML.
pub(super) fn plainly(expected: String) -> String {
    let plain = match expected.as_str() {
        "IntOrString" => "an integer or a string",
        "Quantity" => QUANTITY,
        "Time" | "MicroTime" => TIME,
        "a base64-encoded string" => "a base64 string",
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
