//! The effect of functions on values: which return their arguments, which inspect them, and which read all of them.

use std::sync::Arc;

use super::Tracer;
use crate::unused::objects::ObjectId;
use crate::unused::sets::{AbstractValue, Set};
use mkmanifests_gotmpl::ast::Tree;

/// Functions that return some of their arguments unchanged, or only if they are not empty.
const GIVE_ON: &[&str] = &["and", "coalesce", "default", "or"];
/// Functions that return a list of items of their arguments.
const RELIST: &[&str] =
    &["compact", "concat", "initial", "rest", "reverse", "slice", "sortAlpha", "uniq", "without", "chunk"];
/// Functions that inspect the type of a value and not its content.
const LOOK_AT: &[&str] = &["kindIs", "kindOf", "typeIs", "typeIsLike", "typeOf"];
/// Functions that return a new map or list.
const PARSE: &[&str] = &["fromYaml", "fromYamlArray", "fromJson", "fromJsonArray", "fromToml", "splitn"];

impl Tracer<'_, '_> {
    /// Analyses a call at a position of the current template.
    pub(super) fn call(&mut self, name: &str, place: usize, args: &[Set]) -> Set {
        self.steps += args.len();
        let name = short(name);
        match (name, args) {
            ("include", [name, dot]) => self.include_any(*name, *dot),
            ("tpl", [text, dot]) => self.tpl(*text, *dot),
            ("index" | "get", [base, keys @ ..]) => self.descend(*base, keys),
            ("dig", [keys @ .., default, base]) => {
                let found = self.descend(*base, keys);
                self.sets.union(found, *default)
            }
            ("hasKey", [base, key]) => {
                self.index(*base, *key);
                self.unknown()
            }
            ("pluck", [key, bases @ ..]) => {
                let found: Vec<Set> = bases.iter().map(|base| self.index(*base, *key)).collect();
                self.unordered(place, &found)
            }
            ("pick", [base, keys @ ..]) => self.pick(place, *base, keys),
            ("omit" | "deepCopy", [base, ..]) => self.copy(place, *base),
            ("unset", [base, ..]) => *base,
            ("set", [base, key, value]) => {
                self.put_into(*base, *key, *value);
                *base
            }
            ("dict", pairs) => self.dict(place, pairs),
            ("list" | "tuple", items) => self.numbered(place, items),
            ("values", [base]) => {
                let each = self.each(*base);
                self.unordered(place, &[each])
            }
            ("keys", bases) => {
                for base in bases {
                    self.each(*base);
                }
                let names: Vec<Set> = bases.iter().map(|base| self.key_names(*base)).collect();
                self.unordered(place, &names)
            }
            ("len", [base]) => {
                self.each(*base);
                self.unknown()
            }
            ("first", [base]) => self.first(*base),
            ("last", [base]) => self.each(*base),
            ("append" | "prepend", [base, item]) => {
                let each = self.each(*base);
                self.unordered(place, &[each, *item])
            }
            ("merge" | "mergeOverwrite", [target, others @ ..]) => self.merge(*target, others),
            ("splitList" | "split", [separator, text]) => {
                let parts = self.split(*separator, *text);
                self.take(*text);
                self.unordered(place, &[parts])
            }
            ("print", parts) => {
                parts.iter().for_each(|part| self.take(*part));
                self.joined(parts, "")
            }
            ("cat", parts) => {
                parts.iter().for_each(|part| self.take(*part));
                self.joined(parts, " ")
            }
            ("printf", parts) => {
                parts.iter().for_each(|part| self.take(*part));
                self.printed(parts)
            }
            ("empty" | "not", [value]) => {
                self.test(*value);
                self.unknown()
            }
            ("required", [_, value]) => {
                self.test(*value);
                *value
            }
            ("ternary", [one, other, condition]) => {
                self.test(*condition);
                self.sets.union(*one, *other)
            }
            ("fail", [message]) => {
                // Its texts are not rendered.
                self.take_but_texts(*message);
                Set::EMPTY
            }
            _ if GIVE_ON.contains(&name) => {
                args.iter().for_each(|arg| self.test(*arg));
                let all = self.sets.any(args.iter().copied());
                self.sets.without_nil(all)
            }
            _ if RELIST.contains(&name) => {
                let items: Vec<Set> = args.iter().map(|arg| self.each(*arg)).collect();
                items.iter().for_each(|item| self.test(*item));
                self.unordered(place, &items)
            }
            _ if LOOK_AT.contains(&name) => self.unknown(),
            _ if PARSE.contains(&name) => {
                args.iter().for_each(|arg| self.take(*arg));
                let unknown = self.unknown();
                self.unordered(place, &[unknown])
            }
            _ => {
                args.iter().for_each(|arg| self.take(*arg));
                self.unknown()
            }
        }
    }

    fn descend(&mut self, base: Set, keys: &[Set]) -> Set {
        keys.iter().fold(base, |value, key| self.index(value, *key))
    }

    /// Returns the first item of a list.
    fn first(&mut self, base: Set) -> Set {
        let things = self.sets.get(base);
        let found: Vec<Set> = things.iter().map(|thing| self.first_of(*thing)).collect();
        self.sets.any(found)
    }

    fn first_of(&mut self, thing: AbstractValue) -> Set {
        let one = self.sets.one(thing);
        match thing {
            AbstractValue::Object(_) => self.key(one, "0"),
            _ => self.each(one),
        }
    }

    /// Returns a list whose items are in unknown order.
    fn unordered(&mut self, place: usize, items: &[Set]) -> Set {
        let object = self.object(place);
        items.iter().for_each(|item| self.put(object, None, *item));
        self.sets.one(AbstractValue::Object(object))
    }

    fn numbered(&mut self, place: usize, items: &[Set]) -> Set {
        let object = self.object(place);
        for (number, item) in items.iter().enumerate() {
            self.put(object, Some(&number.to_string()), *item);
        }
        self.sets.one(AbstractValue::Object(object))
    }

    fn dict(&mut self, place: usize, pairs: &[Set]) -> Set {
        let made = self.dict_object(place, pairs);
        let made = self.sets.one(AbstractValue::Object(made));
        for pair in pairs.chunks(2) {
            self.put_into(made, pair[0], pair.get(1).copied().unwrap_or(Set::EMPTY));
        }
        made
    }

    /// Returns the object of a `dict`. Calls with equal arguments share an object, so that a template that gets it is
    /// analysed once. Empty objects are not shared: most are filled later, each differently.
    fn dict_object(&mut self, place: usize, pairs: &[Set]) -> ObjectId {
        if pairs.is_empty() || self.places.contains_key(&(self.current, place)) {
            return self.object(place);
        }
        let mut made_of: Vec<(Set, Set)> =
            pairs.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(Set::EMPTY))).collect();
        made_of.sort_unstable();
        if let Some(object) = self.dicts.get(&made_of) {
            self.places.insert((self.current, place), *object);
            return *object;
        }
        let object = self.object(place);
        self.dicts.insert(made_of, object);
        object
    }

    fn pick(&mut self, place: usize, base: Set, keys: &[Set]) -> Set {
        let made = self.object(place);
        let made = self.sets.one(AbstractValue::Object(made));
        for key in keys {
            let value = self.index(base, *key);
            self.put_into(made, *key, value);
        }
        made
    }

    /// Returns a copy of a map.
    fn copy(&mut self, place: usize, base: Set) -> Set {
        let object = self.object(place);
        self.include_keys(object, base);
        let texts: Vec<AbstractValue> =
            self.sets.get(base).iter().copied().filter(|thing| matches!(thing, AbstractValue::Text(_))).collect();
        let copy = self.sets.of(texts.into_iter().chain([AbstractValue::Object(object)]).collect());
        if self.sets.get(base).is_empty() { Set::EMPTY } else { copy }
    }

    fn merge(&mut self, target: Set, others: &[Set]) -> Set {
        let others = self.sets.any(others.iter().copied());
        self.test(target);
        self.test(others);
        self.merge_values(target, others);
        target
    }

    /// Analyses the call of a template whose name may be computed.
    fn include_any(&mut self, name: Set, dot: Set) -> Set {
        self.take(name);
        let trees = self.named(name);
        self.include_trees(&trees, dot)
    }

    pub(super) fn include(&mut self, name: &str, dot: Set) -> Set {
        let trees = self.definitions.get(name).cloned().unwrap_or_default();
        self.include_trees(&trees, dot)
    }

    /// Analyses the call of any of several templates. Returns the texts that they may render to.
    pub(super) fn include_trees(&mut self, trees: &[Arc<Tree>], dot: Set) -> Set {
        let contexts: Vec<usize> = trees.iter().map(|tree| self.visit(tree, dot)).collect();
        let current = self.current;
        for context in &contexts {
            self.contexts[*context].callers.insert(current);
        }
        let outputs: Vec<Set> = contexts.iter().map(|context| self.contexts[*context].output).collect();
        self.sets.any(outputs)
    }
}

/// Returns the name of a function without the prefix `must`, and the main name of synonyms.
fn short(name: &str) -> &str {
    match name {
        "mustDeepCopy" => "deepCopy",
        "mustMerge" => "merge",
        "mustMergeOverwrite" => "mergeOverwrite",
        "mustFirst" => "first",
        "mustLast" => "last",
        "mustRest" => "rest",
        "mustInitial" => "initial",
        "mustAppend" | "mustPush" | "push" => "append",
        "mustPrepend" => "prepend",
        "mustReverse" => "reverse",
        "mustUniq" => "uniq",
        "mustWithout" => "without",
        "mustSlice" => "slice",
        "mustCompact" => "compact",
        "mustChunk" => "chunk",
        _ => name,
    }
}
