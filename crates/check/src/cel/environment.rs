//! The names that an expression can use.

use std::collections::BTreeMap;

use super::types::Type;

/// Keywords that are values or operators.
pub(super) const SYMBOLS: [&str; 4] = ["true", "false", "null", "in"];

/// Words that CEL reserves.
pub(super) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Names of types, which are values too.
pub(super) const TYPES: [&str; 11] =
    ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint"];

/// Returns whether it can be the name of a variable.
pub(crate) fn is_identifier(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(is_inner)
        && !SYMBOLS.contains(&name)
        && !RESERVED.contains(&name)
}

/// The variables of an expression, with their types.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    names: BTreeMap<String, Type>,
    /// The variables of a policy, in `variables`.
    variables: Option<BTreeMap<String, Type>>,
    /// Whether the expression can create patches.
    mutates: bool,
    /// Whether `cel.bind` is available.
    binds: bool,
}

impl Environment {
    /// Returns the variables of admission policies and conditions.
    ///
    /// Source: `createEnvForOpts`, apiserver pkg/admission/plugin/cel/compile.go
    pub(crate) fn admission(has_params: bool) -> Self {
        let mut names = BTreeMap::from([
            ("object".to_owned(), Type::Dyn),
            ("oldObject".to_owned(), Type::Dyn),
            ("namespaceObject".to_owned(), namespace()),
            ("request".to_owned(), request()),
            ("authorizer".to_owned(), Type::Named("authorizer")),
        ]);
        if has_params {
            names.insert("params".to_owned(), Type::Dyn);
        }
        Environment { names, ..Environment::default() }
    }

    /// Returns the variables of a validation rule in a schema: `self`, and `oldSelf` of the same type.
    pub(crate) fn schema(kind: &Type) -> Self {
        let names = [("self".to_owned(), kind.clone()), ("oldSelf".to_owned(), kind.clone())];
        Environment { names: names.into(), ..Environment::default() }
    }

    /// Removes a variable.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut environment = self.clone();
        environment.names.remove(name);
        environment
    }

    /// Adds a variable of a policy to `variables`.
    pub(crate) fn define(&mut self, name: &str, kind: Type) {
        self.variables.get_or_insert_default().insert(name.to_owned(), kind);
    }

    /// Changes the type of a variable.
    pub(crate) fn set(&mut self, name: &str, kind: Type) {
        self.names.insert(name.to_owned(), kind);
    }

    /// Allows the expression to create patches.
    pub(crate) fn mutates(&mut self) {
        self.mutates = true;
    }

    /// Makes `cel.bind` available.
    pub(crate) fn binds(&mut self) {
        self.binds = true;
    }

    pub(super) fn can_bind(&self) -> bool {
        self.binds
    }

    pub(super) fn can_mutate(&self) -> bool {
        self.mutates
    }

    pub(super) fn find(&self, name: &str) -> Option<Type> {
        if name == "variables" {
            return self.variables.as_ref().map(|variables| Type::Object(variables.clone().into()));
        }
        self.names.get(name).cloned()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}

fn namespace() -> Type {
    let texts = || Type::map(Type::String);
    let condition = Type::object([
        ("status", Type::String),
        ("type", Type::String),
        ("lastTransitionTime", Type::Timestamp),
        ("message", Type::String),
        ("reason", Type::String),
    ]);
    let metadata = Type::object([
        ("name", Type::String),
        ("generateName", Type::String),
        ("namespace", Type::String),
        ("labels", texts()),
        ("annotations", texts()),
        ("UID", Type::String),
        ("creationTimestamp", Type::Timestamp),
        ("deletionGracePeriodSeconds", Type::Int),
        ("deletionTimestamp", Type::Timestamp),
        ("generation", Type::Int),
        ("resourceVersion", Type::String),
        ("finalizers", Type::list(Type::String)),
    ]);
    Type::object([
        ("metadata", metadata),
        ("spec", Type::object([("finalizers", Type::list(Type::String))])),
        ("status", Type::object([("conditions", Type::list(condition)), ("phase", Type::String)])),
    ])
}

/// Source: `BuildRequestType`, apiserver pkg/admission/plugin/cel/compile.go
fn request() -> Type {
    let three =
        |last: &'static str| Type::object([("group", Type::String), ("version", Type::String), (last, Type::String)]);
    let user = Type::object([
        ("username", Type::String),
        ("uid", Type::String),
        ("groups", Type::list(Type::String)),
        ("extra", Type::map(Type::list(Type::String))),
    ]);
    Type::object([
        ("kind", three("kind")),
        ("resource", three("resource")),
        ("subResource", Type::String),
        ("requestKind", three("kind")),
        ("requestResource", three("resource")),
        ("requestSubResource", Type::String),
        ("name", Type::String),
        ("namespace", Type::String),
        ("operation", Type::String),
        ("userInfo", user),
        ("dryRun", Type::Bool),
        ("options", Type::Dyn),
    ])
}
