//! `regexMatch` and the other functions on Go's regular expressions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::value::Elem;
use crate::{Args, CallError, Function, List, Type, Value};
use mkmanifests_go::quote::quote;
use mkmanifests_go::regexp::{Pattern, Subject, replace_all, replace_all_literal};

/// The most compiled patterns: charts use a handful, and a template that generates patterns must not fill the memory.
const MOST_PATTERNS: usize = 512;

/// The compiled patterns, or the errors of compiling them.
#[derive(Debug, Clone, Default)]
struct Cache(Arc<Mutex<HashMap<Vec<u8>, Compiled>>>);

type Compiled = Result<Arc<Pattern>, String>;

impl Cache {
    fn get(&self, pattern: &[u8]) -> Compiled {
        let mut patterns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = patterns.get(pattern) {
            return known.clone();
        }
        if patterns.len() >= MOST_PATTERNS {
            patterns.clear();
        }
        let compiled = Pattern::compile(pattern).map(Arc::new);
        patterns.insert(pattern.to_vec(), compiled.clone());
        compiled
    }
}

type Call = fn(&Pattern, Args<'_>) -> Value;

/// Returns `regexMatch`, `regexFind`, `regexFindAll`, `regexReplaceAll`, `regexReplaceAllLiteral`, `regexSplit`, their
/// `must` variants, and `regexQuoteMeta`.
pub fn functions() -> Vec<Function> {
    let cache = Cache::default();
    let one: &[Type] = &[Type::Str, Type::Str];
    let replace: &[Type] = &[Type::Str, Type::Str, Type::Str];
    let several: &[Type] = &[Type::Str, Type::Str, Type::Int];
    let calls: [(&str, &str, &[Type], Call); 6] = [
        ("regexMatch", "mustRegexMatch", one, |pattern, args| {
            Value::Bool(pattern.find_at(&Subject::new(args.bytes(1)), 0).is_some())
        }),
        ("regexFind", "mustRegexFind", one, find),
        ("regexFindAll", "mustRegexFindAll", several, find_all),
        ("regexReplaceAll", "mustRegexReplaceAll", replace, |pattern, args| {
            Value::raw(replace_all(pattern, args.bytes(1), args.bytes(2)))
        }),
        ("regexReplaceAllLiteral", "mustRegexReplaceAllLiteral", replace, |pattern, args| {
            Value::raw(replace_all_literal(pattern, args.bytes(1), args.bytes(2)))
        }),
        ("regexSplit", "mustRegexSplit", several, split),
    ];
    let mut functions: Vec<Function> =
        calls.into_iter().flat_map(|(name, must, params, call)| pair(&cache, name, must, params, call)).collect();
    functions.push(Function::new("regexQuoteMeta", &[Type::Str], |_, args| Ok(Value::raw(quote_meta(args.bytes(0))))));
    functions
}

/// Creates a function and its `must` variant. Both fail for an invalid pattern, except `regexMatch`; the error texts
/// differ.
fn pair(cache: &Cache, name: &'static str, must: &'static str, params: &'static [Type], call: Call) -> [Function; 2] {
    let (own, twin) = (cache.clone(), cache.clone());
    let lenient = Function::new(name, params, move |_, args| match own.get(args.bytes(0)) {
        Ok(pattern) => Ok(call(&pattern, args)),
        Err(_) if name == "regexMatch" => Ok(Value::Bool(false)),
        // The panic of `regexp.MustCompile`.
        Err(error) => Err(CallError::from(format!("regexp: Compile({}): {error}", backquote(args.bytes(0))))),
    });
    let strict = Function::new(must, params, move |_, args| Ok(call(&*twin.get(args.bytes(0))?, args)));
    [lenient, strict]
}

/// Quotes a pattern with backquotes if Go's `strconv.CanBackquote` allows it, otherwise with double quotes.
fn backquote(text: &[u8]) -> String {
    let plain = |char: char| char != '`' && char != '\u{feff}' && (char == '\t' || !char.is_ascii_control());
    match std::str::from_utf8(text) {
        Ok(text) if text.chars().all(plain) => format!("`{text}`"),
        _ => quote(text),
    }
}

fn find(pattern: &Pattern, args: Args<'_>) -> Value {
    let text = args.bytes(1);
    let found = pattern.find_at(&Subject::new(text), 0).and_then(|(from, to)| text.get(from..to));
    Value::raw(found.unwrap_or_default())
}

fn find_all(pattern: &Pattern, args: Args<'_>) -> Value {
    let text = args.bytes(1);
    let found = pattern.find_all(&Subject::new(text), args.int(2));
    strings(found.into_iter().map(|(from, to)| text.get(from..to).unwrap_or_default()))
}

/// Returns a `[]string`; nil if there are no items, as in Go.
fn strings<'a>(items: impl Iterator<Item = &'a [u8]>) -> Value {
    let items: Vec<Value> = items.map(Value::raw).collect();
    Value::List(if items.is_empty() { List::nil(Elem::Str) } else { List::typed(items, Elem::Str) })
}

fn split(pattern: &Pattern, args: Args<'_>) -> Value {
    let (text, count) = (args.bytes(1), args.int(2));
    if count == 0 {
        return strings(std::iter::empty());
    }
    if text.is_empty() && !args.bytes(0).is_empty() {
        return strings(std::iter::once(text));
    }
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts: Vec<&[u8]> = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for (from, to) in pattern.find_all(&Subject::new(text), count) {
        if parts.len() + 1 == limit {
            break;
        }
        end = from;
        if to != 0 {
            parts.push(text.get(begin..end).unwrap_or_default());
        }
        begin = to;
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default());
    }
    strings(parts.into_iter())
}

fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}
