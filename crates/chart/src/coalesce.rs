//! Coalesces values as Helm does: merges the user's values, a chart's own values and those of its subcharts into one
//! table.
//!
//! The tables are Go's maps, shared and changed in place: Helm's result depends on the identity of tables, since a
//! chart shares the tables in `global` with its subcharts.

use super::behaviour::{Behaviour, Change};
use super::table::{count, deep_copy, entries, set, shallow_copy};
use super::unit::Unit;
use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::{Map, Str, Value, fmt};

/// The key of the values that all subcharts see.
const GLOBAL: &str = "global";

/// Coalesces values, and collects Helm's warnings.
#[derive(Debug, Default)]
pub(super) struct Coalescer {
    /// Helm's warnings, in the order of their keys (random in Go).
    pub(super) warnings: Vec<String>,
    /// Whether a `null` stays in the result, as while Helm imports values (which Helm calls merging).
    keep_null: bool,
    /// How many values may still be copied.
    left: usize,
    /// What the releases of Helm do with a `null`.
    helm: Behaviour,
}

impl Coalescer {
    /// Creates a coalescer in which `null` removes a default, and which copies at most `left` values.
    pub(super) fn new(left: usize, helm: Behaviour) -> Coalescer {
        Coalescer { left, helm, ..Coalescer::default() }
    }

    /// Creates a coalescer that keeps every `null`.
    pub(super) fn merging(left: usize, helm: Behaviour) -> Coalescer {
        Coalescer { keep_null: true, left, helm, ..Coalescer::default() }
    }

    /// How many values may still be copied.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    fn spend(&mut self, values: usize) -> Result<(), String> {
        let left = self.left.checked_sub(values);
        self.left = left.ok_or("the charts have too many values to merge")?;
        Ok(())
    }

    /// Returns the values of a chart with `values` merged over them. Changes neither.
    ///
    /// # Errors
    /// Helm's text if the value under a subchart's name is not a table.
    pub(super) fn values(&mut self, unit: &Unit, values: &Map) -> Result<Map, String> {
        self.spend(count(values))?;
        let values = deep_copy(values);
        self.chart(unit, &values, "")?;
        Ok(values)
    }

    /// Merges `source` into `target`; values in `target` win.
    pub(super) fn tables(&mut self, target: &Map, source: &Map) {
        self.merge(target, source, "", self.keep_null);
    }

    fn chart(&mut self, unit: &Unit, target: &Map, prefix: &str) -> Result<(), String> {
        // The chart itself counts, too, so that many empty charts reach the limit.
        self.spend(unit.size.saturating_add(10))?;
        self.own(unit, target, prefix);
        for child in &unit.children {
            match target.get(child.name()) {
                None => set(target, child.name(), Map::new()),
                Some(Value::Map(_)) => {}
                Some(other) => return Err(format!("type mismatch on {}: {}", child.name(), print("%t", &other))),
            }
            let Some(Value::Map(inner)) = target.get(child.name()) else { continue };
            let prefix = join(prefix, unit.name());
            self.globals(&inner, target, &prefix)?;
            self.chart(child, &inner, &prefix)?;
        }
        Ok(())
    }

    /// Merges the chart's own values into `target`, whose values win.
    fn own(&mut self, unit: &Unit, target: &Map, prefix: &str) {
        let prefix = join(prefix, unit.name());
        let removes = self.helm.has(Change::DefaultNullsRemoved);
        for (key, default) in entries(&deep_copy(&unit.values)) {
            let name = key.to_string();
            match (target.get(&name), &default) {
                (Some(Value::Nil), _) if !self.keep_null => {
                    target.remove(&name);
                }
                (Some(Value::Map(given)), Value::Map(default)) => {
                    let keep_null = self.keep_null || unit.children.iter().any(|child| child.name() == name);
                    if removes && !keep_null {
                        remove_nulls(default);
                    }
                    self.merge(&given, default, &join(&prefix, &name), keep_null);
                }
                (Some(Value::Map(_)), Value::Nil) => {}
                (Some(Value::Map(_)), _) => {
                    self.warn(format!("skipped value for {prefix}.{name}: Not a table."));
                }
                (Some(_), _) => {}
                (None, Value::Nil) if removes && !self.keep_null => {}
                (None, default) => {
                    if let (Value::Map(table), true) = (default, removes && !self.keep_null) {
                        remove_nulls(table);
                    }
                    set(target, key, default.clone());
                }
            }
        }
    }

    /// Copies the globals of `source` to `target`, the table of a subchart in it.
    fn globals(&mut self, target: &Map, source: &Map, prefix: &str) -> Result<(), String> {
        let Some(inner) = table_or_empty(target.get(GLOBAL)) else {
            self.warn(format!("skipping globals because destination {GLOBAL} is not a table."));
            return Ok(());
        };
        let Some(outer) = table_or_empty(source.get(GLOBAL)) else {
            self.warn(format!("skipping globals because source {GLOBAL} is not a table."));
            return Ok(());
        };
        self.spend(outer.len())?;
        for (key, value) in entries(&outer) {
            let name = key.to_string();
            match (&value, inner.get(&name)) {
                (Value::Map(table), None) => {
                    self.spend(table.len())?;
                    set(&inner, key, shallow_copy(table));
                }
                (Value::Map(table), Some(Value::Map(below))) => {
                    self.spend(table.len())?;
                    // The globals of the parent win over those of the subchart.
                    let copy = shallow_copy(table);
                    self.merge(&copy, &below, &join(prefix, &name), true);
                    set(&inner, key, copy);
                }
                (Value::Map(_), Some(_)) => {
                    let name = quote(name.as_bytes());
                    self.warn(format!("Conflict: cannot merge map onto non-map for {name}. Skipping."));
                }
                (_, Some(Value::Map(_))) => self.warn(format!("key {name} is table. Skipping")),
                _ => set(&inner, key, value),
            }
        }
        set(target, GLOBAL, inner);
        Ok(())
    }

    fn merge(&mut self, target: &Map, source: &Map, prefix: &str, keep_null: bool) {
        let given: Vec<_> = entries(source);
        let mut merged = given.clone();
        let marks = self.helm.has(Change::NullMarksDefaults);
        for (key, value) in entries(target).into_iter().filter(|_| marks) {
            if value.is_nil() {
                // As in Helm, the source changes, too, which is visible where it is shared.
                set(source, key.clone(), Value::Nil);
                match merged.binary_search_by(|(other, _)| other.cmp(&key)) {
                    Ok(at) => merged[at].1 = Value::Nil,
                    Err(at) => merged.insert(at, (key, Value::Nil)),
                }
            }
        }
        let any = !self.helm.has(Change::NullStaysWithoutDefault);
        let had = |key: &Str| {
            any || given.binary_search_by(|(other, _)| other.cmp(key)).is_ok_and(|at| !given[at].1.is_nil())
        };
        for (key, value) in merged {
            let name = key.to_string();
            let path = || join(prefix, &name);
            match (target.get(&name), &value) {
                (Some(Value::Nil), _) if !keep_null && had(&key) => {
                    target.remove(&name);
                }
                (None, _) => set(target, key, value),
                (Some(Value::Map(into)), Value::Map(from)) => self.merge(&into, from, &path(), keep_null),
                (Some(_), Value::Map(_)) => {
                    let (path, value) = (path(), print("%v", &value));
                    self.warn(format!("cannot overwrite table with non table for {path} ({value})"));
                }
                (Some(Value::Map(_)), other) if !other.is_nil() => {
                    let (path, value) = (path(), print("%v", other));
                    self.warn(format!("destination for {path} is a table. Ignoring non-table value ({value})"));
                }
                _ => {}
            }
        }
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(message);
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// Returns a value as a table: an empty one for a missing value, `None` for a value that is not a table.
fn table_or_empty(value: Option<Value>) -> Option<Map> {
    match value {
        None => Some(Map::new()),
        Some(Value::Map(map)) => Some(map),
        Some(_) => None,
    }
}

/// Removes every key whose value is `null`, at every depth of tables.
fn remove_nulls(map: &Map) {
    for (key, value) in entries(map) {
        match value {
            Value::Nil => {
                map.remove(key.to_string());
            }
            Value::Map(inner) => remove_nulls(&inner),
            _ => {}
        }
    }
}

/// Prints a value as Go's `Sprintf` does.
pub(super) fn print(verb: &str, value: &Value) -> String {
    let text = fmt::sprintf(verb.as_bytes(), std::slice::from_ref(value)).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}
