//! The functions of CEL and Kubernetes, with their signatures.

use std::sync::LazyLock;

use super::types::Type;

/// Functions without a target although their names have a dot: the part before it is a namespace.
const NAMESPACES: [&str; 7] = ["format", "ip", "jsonpatch", "lists", "optional", "sets", "strings"];

/// A type in a signature.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// Any type.
    Any,
    /// A type parameter: any type, the same one in all its places.
    Parameter,
    Exact(Type),
    List(Box<Pattern>),
    Map(Box<Pattern>),
    Optional(Box<Pattern>),
}

/// One signature of a function.
#[derive(Debug)]
pub(super) struct Overload {
    pub(super) name: String,
    pub(super) target: Option<Pattern>,
    pub(super) arguments: Vec<Pattern>,
    pub(super) result: Pattern,
}

static OVERLOADS: LazyLock<Vec<Overload>> = LazyLock::new(|| {
    let lines = include_str!("signatures.txt").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(overload).collect()
});

fn overload(line: &str) -> Option<Overload> {
    let (call, result) = line.rsplit_once("): ")?;
    let open = arguments_begin(call)?;
    let (callee, arguments) = (&call[..open], &call[open + 1..]);
    let arguments = arguments.split(", ").filter(|argument| !argument.is_empty()).map(pattern).collect();
    let (target, name) = match callee.rsplit_once('.') {
        Some((target, name)) if !is_namespaced(target, name) => (Some(pattern(target)), name),
        _ => (None, callee),
    };
    Some(Overload { name: name.to_owned(), target, arguments, result: pattern(result) })
}

fn is_namespaced(target: &str, name: &str) -> bool {
    match target {
        "ip" => name == "isCanonical",
        "format" => name != "validate",
        _ => NAMESPACES.contains(&target),
    }
}

/// Returns the index at which the arguments begin: the first parenthesis after the name, not one in the target's type.
fn arguments_begin(call: &str) -> Option<usize> {
    let after_target = call.rfind(").").map_or(0, |at| at + 1);
    call[after_target..].find('(').map(|at| after_target + at)
}

fn pattern(text: &str) -> Pattern {
    let inner = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix(')').map(|inner| Box::new(pattern(inner)));
    if let Some(of) = inner("list(") {
        return Pattern::List(of);
    }
    if let Some(of) = inner("map(") {
        return Pattern::Map(of);
    }
    if let Some(of) = inner("optional(") {
        return Pattern::Optional(of);
    }
    Pattern::Exact(match text {
        "A" => return Pattern::Parameter,
        "any" => return Pattern::Any,
        "dyn" => Type::Dyn,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "timestamp" => Type::Timestamp,
        "duration" => Type::Duration,
        name => Type::Named(NAMED.iter().find(|known| **known == name).copied().unwrap_or("unknown")),
    })
}

/// The types of Kubernetes' libraries.
const NAMED: [&str; 11] = [
    "authorizer",
    "cidr",
    "decision",
    "format",
    "groupcheck",
    "ip",
    "pathcheck",
    "quantity",
    "resourcecheck",
    "semver",
    "url",
];

impl Pattern {
    /// Returns whether a value of the type can stand here; `parameter` is what the type parameter is bound to so far.
    pub(super) fn accepts(&self, kind: &Type, parameter: &mut Option<Type>) -> bool {
        if kind.is_open() && *self != Pattern::Parameter {
            return true;
        }
        match (self, kind) {
            (Pattern::Any | Pattern::Exact(Type::Dyn), _) => true,
            (Pattern::Parameter, kind) => match parameter {
                Some(bound) => bound.fits(kind),
                None => {
                    *parameter = Some(kind.clone());
                    true
                }
            },
            (Pattern::Exact(wanted), kind) => wanted == kind,
            (Pattern::List(of), Type::List(kind))
            | (Pattern::Map(of), Type::Map(kind))
            | (Pattern::Optional(of), Type::Optional(kind)) => of.accepts(kind, parameter),
            (Pattern::Map(_), Type::Object(_)) => true,
            _ => false,
        }
    }

    /// Returns the type, with the type parameter replaced.
    pub(super) fn with(&self, parameter: Option<&Type>) -> Type {
        match self {
            Pattern::Any => Type::Unknown,
            Pattern::Parameter => parameter.cloned().unwrap_or(Type::Unknown),
            Pattern::Exact(kind) => kind.clone(),
            Pattern::List(of) => Type::list(of.with(parameter)),
            Pattern::Map(of) => Type::map(of.with(parameter)),
            Pattern::Optional(of) => Type::optional(of.with(parameter)),
        }
    }
}

/// Returns the signatures of a function without a target.
pub(super) fn alone_named(name: &str) -> Vec<&'static Overload> {
    OVERLOADS.iter().filter(|overload| overload.target.is_none() && overload.name == name).collect()
}

/// Returns the signatures of a function with a target, the value before the dot.
pub(super) fn member_named(name: &str) -> Vec<&'static Overload> {
    OVERLOADS.iter().filter(|overload| overload.target.is_some() && overload.name == name).collect()
}

/// Returns whether functions have names that begin with `name` and a dot.
pub(super) fn is_namespace(name: &str) -> bool {
    NAMESPACES.contains(&name)
}

/// Names of all functions, for the nearest one.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OVERLOADS.iter().map(|overload| overload.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_read() {
        let lines = include_str!("signatures.txt").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(OVERLOADS.len(), lines.count());
        let has_unknown = |overload: &Overload| format!("{overload:?}").contains("Named(\"unknown\")");
        assert!(!OVERLOADS.iter().any(has_unknown));
    }
}
