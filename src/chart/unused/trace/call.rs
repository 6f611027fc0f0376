//! What functions do with values: which give them on, which look into them, which take all of them.

use std::sync::Arc;

use super::Tracer;
use crate::chart::unused::traced::{Made, Thing, Traced};
use crate::gotmpl::ast::{Arg, ArgKind, Shown};

/// Give some of their arguments on as they are.
const GIVE_ON: &[&str] = &[
    "and",
    "coalesce",
    "compact",
    "concat",
    "deepCopy",
    "default",
    "initial",
    "or",
    "required",
    "rest",
    "reverse",
    "slice",
    "sortAlpha",
    "ternary",
    "uniq",
    "without",
];
/// Look at what a value is, not at what is in it.
const LOOK_AT: &[&str] = &["empty", "kindIs", "kindOf", "not", "typeIs", "typeIsLike", "typeOf"];

impl Tracer<'_> {
    /// A call; `written` are the arguments without the piped one.
    pub(super) fn call(&mut self, name: &str, written: &[Arg], args: Vec<Traced>) -> Traced {
        let name = short(name);
        match (name, &args[..]) {
            ("include", [name, dot]) => self.include_any(name, written, dot),
            ("tpl", [text, dot]) => self.tpl(text, dot),
            ("index" | "get", [base, keys @ ..]) => self.walk(base, keys),
            ("dig", [keys @ .., default, base]) => self.walk(base, keys).or(default.clone()),
            ("hasKey", [base, key]) => {
                self.index(base, key);
                Traced::default()
            }
            ("pluck", [key, bases @ ..]) => Traced::list(bases.iter().map(|base| self.index(base, key)).collect()),
            ("pick", [base, keys @ ..]) => self.pick(base, keys),
            ("omit" | "unset", [base, ..]) => base.clone(),
            ("set", [base, _, value]) => {
                self.take_values(value);
                base.clone()
            }
            ("dict", pairs) => dict(pairs),
            ("list" | "tuple", items) => Traced::list(items.iter().cloned().collect()),
            ("values", [base]) => Traced::list(self.each(base)),
            ("keys", bases) => {
                bases.iter().for_each(|base| drop(self.each(base)));
                Traced::list(Traced::lost())
            }
            ("len", [base]) => {
                self.each(base);
                Traced::default()
            }
            ("first" | "last", [base]) => self.each(base),
            ("append" | "push" | "prepend", [base, item]) => base.clone().or(Traced::list(item.clone())),
            ("merge" | "mergeOverwrite", [target, others @ ..]) => self.merge(target, written, others),
            ("splitList", [separator, text]) => split(separator, text).unwrap_or_else(|| self.unknown(&args)),
            _ if GIVE_ON.contains(&name) => args.into_iter().collect(),
            _ if LOOK_AT.contains(&name) => Traced::default(),
            _ => self.unknown(&args),
        }
    }

    /// A function that is not followed.
    fn unknown(&mut self, args: &[Traced]) -> Traced {
        args.iter().for_each(|arg| self.take(arg));
        Traced::lost()
    }

    fn walk(&mut self, base: &Traced, keys: &[Traced]) -> Traced {
        keys.iter().fold(base.clone(), |value, key| self.index(&value, key))
    }

    fn pick(&mut self, base: &Traced, keys: &[Traced]) -> Traced {
        let mut made = Made::default();
        for key in keys {
            let value = self.index(base, key);
            match key.texts().as_deref() {
                Some([key]) => drop(made.keys.insert(Arc::clone(key), value)),
                _ => made.each = std::mem::take(&mut made.each).or(value),
            }
        }
        Thing::Made(Arc::new(made)).into()
    }

    /// The target is changed: who else has it sees the others in it, unless it was made for this.
    fn merge(&mut self, target: &Traced, written: &[Arg], others: &[Traced]) -> Traced {
        let is_fresh = target.is_made()
            && written.first().is_some_and(|arg| matches!(arg.kind, ArgKind::Pipe(_) | ArgKind::Function(_)));
        if !is_fresh {
            others.iter().for_each(|other| self.take_values(other));
        }
        others.iter().cloned().fold(target.clone(), Traced::or)
    }

    fn tpl(&mut self, text: &Traced, dot: &Traced) -> Traced {
        self.has_tpl = true;
        for thing in &text.0 {
            match thing {
                Thing::Text(text) if text.contains("{{") => self.text(text, dot),
                _ => self.take(&thing.clone().into()),
            }
        }
        self.take_values(dot);
        Traced::lost()
    }

    /// Calls a template whose name may be computed.
    fn include_any(&mut self, name: &Traced, written: &[Arg], dot: &Traced) -> Traced {
        if let Some(names) = name.texts() {
            names.into_iter().for_each(|name| self.include(name, dot.clone()));
            return Traced::lost();
        }
        self.take(name);
        // The path of a file, for a checksum of what it renders to: it is walked anyway.
        let is_file = written.first().is_some_and(|arg| Shown(arg, &self.text).to_string().contains('/'));
        if !is_file {
            self.take_values(dot);
            self.include_all(dot);
        }
        Traced::lost()
    }

    pub(super) fn include(&mut self, name: &str, dot: Traced) {
        for (_, tree) in self.definitions.get(name).cloned().unwrap_or_default() {
            self.run(self.scope, &tree, dot.clone());
        }
    }

    /// Calls every template of the chart and of the library charts.
    fn include_all(&mut self, dot: &Traced) {
        let scopes = &self.scopes.0;
        let counts = |owner: usize| owner == self.scope || scopes[owner].chart.is_library();
        let all = self.definitions.values().flatten().filter(|(owner, _)| counts(*owner));
        let all: Vec<_> = all.map(|(_, tree)| Arc::clone(tree)).collect();
        for tree in all {
            self.run(self.scope, &tree, dot.clone());
        }
    }
}

/// The name without what says how it fails.
fn short(name: &str) -> &str {
    match name {
        "mustDeepCopy" => "deepCopy",
        "mustMerge" => "merge",
        "mustMergeOverwrite" => "mergeOverwrite",
        "mustFirst" => "first",
        "mustLast" => "last",
        "mustRest" => "rest",
        "mustInitial" => "initial",
        "mustAppend" | "mustPush" => "append",
        "mustPrepend" => "prepend",
        "mustReverse" => "reverse",
        "mustUniq" => "uniq",
        "mustWithout" => "without",
        "mustSlice" => "slice",
        "mustCompact" => "compact",
        _ => name,
    }
}

fn dict(pairs: &[Traced]) -> Traced {
    let mut made = Made::default();
    for pair in pairs.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_default();
        match pair[0].texts().as_deref() {
            Some([key]) => drop(made.keys.insert(Arc::clone(key), value)),
            _ => made.each = std::mem::take(&mut made.each).or(value),
        }
    }
    Thing::Made(Arc::new(made)).into()
}

/// The parts of constant texts.
fn split(separator: &Traced, text: &Traced) -> Option<Traced> {
    let separators = separator.texts()?;
    let texts = text.texts()?;
    let parts = texts.iter().flat_map(|text| separators.iter().flat_map(|separator| text.split(&***separator)));
    Some(Traced::list(parts.map(|part| Thing::Text(part.into()).into()).collect()))
}
