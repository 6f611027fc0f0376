//! The functions of CEL and those that Kubernetes adds, as tables.
//!
//! Source: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#functions>; apiserver
//! pkg/cel/environment/base.go and pkg/cel/library

use super::types::Type;

/// A function: what it is called, what it takes and what it gives. Types are letters, as `Type::letter` gives them, `*`
/// is any type.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// What it can be a function of, before the dot; nothing for one that stands alone.
    pub(super) of: &'static str,
    /// What each argument can be.
    pub(super) arguments: &'static [&'static str],
    /// How many of the arguments have to be there.
    pub(super) least: usize,
    /// What it gives: a letter, `L` for a list of texts, `=` for what it is a function of.
    pub(super) result: char,
}

impl Function {
    /// What it gives when it is a function of `target`.
    pub(super) fn result(&self, target: Option<&Type>) -> Type {
        match (self.result, target) {
            ('B', _) => Type::Bool,
            ('i', _) => Type::Int,
            ('u', _) => Type::Uint,
            ('d', _) => Type::Double,
            ('s', _) => Type::String,
            ('b', _) => Type::Bytes,
            ('t', _) => Type::Timestamp,
            ('D', _) => Type::Duration,
            ('y', _) => Type::Dyn,
            ('L', _) => Type::list(Type::String),
            ('I', _) => Type::list(Type::Int),
            ('M', _) => Type::map(Type::list(Type::String)),
            ('=', Some(target)) => target.clone(),
            _ => Type::Unknown,
        }
    }
}

const fn alone(name: &'static str, arguments: &'static [&'static str], least: usize, result: char) -> Function {
    Function { name, of: "", arguments, least, result }
}

const fn of(
    name: &'static str,
    of: &'static str,
    arguments: &'static [&'static str],
    least: usize,
    result: char,
) -> Function {
    Function { name, of, arguments, least, result }
}

/// Functions that stand alone, with the namespace that some of them have.
const ALONE: &[Function] = &[
    alone("size", &["sblm"], 1, 'i'),
    alone("int", &["iudst"], 1, 'i'),
    alone("uint", &["iuds"], 1, 'u'),
    alone("double", &["iuds"], 1, 'd'),
    alone("string", &["sBiudbtD"], 1, 's'),
    alone("bytes", &["bs"], 1, 'b'),
    alone("bool", &["Bs"], 1, 'B'),
    alone("type", &["*"], 1, '?'),
    alone("dyn", &["*"], 1, 'y'),
    alone("duration", &["sDi"], 1, 'D'),
    alone("timestamp", &["sti"], 1, 't'),
    alone("matches", &["s", "s"], 2, 'B'),
    alone("url", &["s"], 1, '?'),
    alone("isURL", &["s"], 1, 'B'),
    alone("quantity", &["s"], 1, '?'),
    alone("isQuantity", &["s"], 1, 'B'),
    alone("ip", &["s"], 1, '?'),
    alone("isIP", &["s"], 1, 'B'),
    alone("ip.isCanonical", &["s"], 1, 'B'),
    alone("cidr", &["s"], 1, '?'),
    alone("isCIDR", &["s"], 1, 'B'),
    alone("semver", &["s", "B"], 1, '?'),
    alone("isSemver", &["s", "B"], 1, 'B'),
    alone("sets.contains", &["l", "l"], 2, 'B'),
    alone("sets.equivalent", &["l", "l"], 2, 'B'),
    alone("sets.intersects", &["l", "l"], 2, 'B'),
    alone("lists.range", &["i"], 1, 'I'),
    alone("strings.quote", &["s"], 1, 's'),
    alone("optional.of", &["*"], 1, '?'),
    alone("optional.ofNonZeroValue", &["*"], 1, '?'),
    alone("optional.none", &[], 0, '?'),
    alone("format.named", &["s"], 1, '?'),
    alone("format.dns1123Label", &[], 0, '?'),
    alone("format.dns1123Subdomain", &[], 0, '?'),
    alone("format.dns1035Label", &[], 0, '?'),
    alone("format.dns1123LabelPrefix", &[], 0, '?'),
    alone("format.dns1123SubdomainPrefix", &[], 0, '?'),
    alone("format.dns1035LabelPrefix", &[], 0, '?'),
    alone("format.qualifiedName", &[], 0, '?'),
    alone("format.labelValue", &[], 0, '?'),
    alone("format.uri", &[], 0, '?'),
    alone("format.uuid", &[], 0, '?'),
    alone("format.byte", &[], 0, '?'),
    alone("format.date", &[], 0, '?'),
    alone("format.datetime", &[], 0, '?'),
    alone("jsonpatch.escapeKey", &["s"], 1, 's'),
];

/// Functions of what stands before the dot.
const MEMBERS: &[Function] = &[
    of("size", "sblm", &[], 0, 'i'),
    of("contains", "s", &["s"], 1, 'B'),
    of("startsWith", "s", &["s"], 1, 'B'),
    of("endsWith", "s", &["s"], 1, 'B'),
    of("matches", "s", &["s"], 1, 'B'),
    of("getFullYear", "t", &["s"], 0, 'i'),
    of("getMonth", "t", &["s"], 0, 'i'),
    of("getDate", "t", &["s"], 0, 'i'),
    of("getDayOfMonth", "t", &["s"], 0, 'i'),
    of("getDayOfWeek", "t", &["s"], 0, 'i'),
    of("getDayOfYear", "t", &["s"], 0, 'i'),
    of("getHours", "tD", &["s"], 0, 'i'),
    of("getMinutes", "tD", &["s"], 0, 'i'),
    of("getSeconds", "tD", &["s"], 0, 'i'),
    of("getMilliseconds", "tD", &["s"], 0, 'i'),
    of("charAt", "s", &["i"], 1, 's'),
    of("indexOf", "sl", &["*", "i"], 1, 'i'),
    of("lastIndexOf", "sl", &["*", "i"], 1, 'i'),
    of("join", "l", &["s"], 0, 's'),
    of("lowerAscii", "s", &[], 0, 's'),
    of("upperAscii", "s", &[], 0, 's'),
    of("replace", "s", &["s", "s", "i"], 2, 's'),
    of("split", "s", &["s", "i"], 1, 'L'),
    of("substring", "s", &["i", "i"], 1, 's'),
    of("trim", "s", &[], 0, 's'),
    of("format", "s", &["l"], 1, 's'),
    of("find", "s", &["s"], 1, 's'),
    of("findAll", "s", &["s", "i"], 1, 'L'),
    of("isSorted", "l", &[], 0, 'B'),
    of("sum", "l", &[], 0, '?'),
    of("min", "l", &[], 0, '?'),
    of("max", "l", &[], 0, '?'),
    of("slice", "l", &["i", "i"], 2, '='),
    of("flatten", "l", &["i"], 0, '?'),
    of("sort", "l", &[], 0, '='),
    of("distinct", "l", &[], 0, '='),
    of("reverse", "l", &[], 0, '='),
    of("first", "l", &[], 0, '?'),
    of("last", "l", &[], 0, '?'),
    of("hasValue", "", &[], 0, 'B'),
    of("value", "", &[], 0, '?'),
    of("or", "", &["*"], 1, '?'),
    of("orValue", "", &["*"], 1, '?'),
    of("getScheme", "", &[], 0, 's'),
    of("getHost", "", &[], 0, 's'),
    of("getHostname", "", &[], 0, 's'),
    of("getPort", "", &[], 0, 's'),
    of("getEscapedPath", "", &[], 0, 's'),
    of("getQuery", "", &[], 0, 'M'),
    of("sign", "", &[], 0, 'i'),
    of("isGreaterThan", "", &["*"], 1, 'B'),
    of("isLessThan", "", &["*"], 1, 'B'),
    of("compareTo", "", &["*"], 1, 'i'),
    of("asApproximateFloat", "", &[], 0, 'd'),
    of("asInteger", "", &[], 0, 'i'),
    of("isInteger", "", &[], 0, 'B'),
    of("add", "", &["*"], 1, '?'),
    of("sub", "", &["*"], 1, '?'),
    of("family", "", &[], 0, 'i'),
    of("isUnspecified", "", &[], 0, 'B'),
    of("isLoopback", "", &[], 0, 'B'),
    of("isLinkLocalMulticast", "", &[], 0, 'B'),
    of("isLinkLocalUnicast", "", &[], 0, 'B'),
    of("isGlobalUnicast", "", &[], 0, 'B'),
    of("containsIP", "", &["*"], 1, 'B'),
    of("containsCIDR", "", &["*"], 1, 'B'),
    of("ip", "", &[], 0, '?'),
    of("masked", "", &[], 0, '?'),
    of("prefixLength", "", &[], 0, 'i'),
    of("validate", "", &["s"], 1, '?'),
    of("major", "", &[], 0, 'i'),
    of("minor", "", &[], 0, 'i'),
    of("patch", "", &[], 0, 'i'),
    of("path", "", &["s"], 1, '?'),
    of("group", "", &["s"], 1, '?'),
    of("serviceAccount", "", &["s", "s"], 2, '?'),
    of("resource", "", &["s"], 1, '?'),
    of("subresource", "", &["s"], 1, '?'),
    of("namespace", "", &["s"], 1, '?'),
    of("name", "", &["s"], 1, '?'),
    of("check", "", &["s"], 1, '?'),
    of("fieldSelector", "", &["s"], 1, '?'),
    of("labelSelector", "", &["s"], 1, '?'),
    of("errored", "", &[], 0, 'B'),
    of("error", "", &[], 0, 's'),
    of("allowed", "", &[], 0, 'B'),
    of("reason", "", &[], 0, 's'),
];

/// The function of that name that stands alone.
pub(super) fn alone_named(name: &str) -> Option<&'static Function> {
    ALONE.iter().find(|function| function.name == name)
}

/// The function of that name of what stands before the dot.
pub(super) fn member_named(name: &str) -> Option<&'static Function> {
    MEMBERS.iter().find(|function| function.name == name)
}

/// Whether functions have names that begin with `name` and a dot.
pub(super) fn is_namespace(name: &str) -> bool {
    ALONE.iter().any(|function| function.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// Names of all functions, for the nearest one.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALONE.iter().chain(MEMBERS).map(|function| function.name)
}
