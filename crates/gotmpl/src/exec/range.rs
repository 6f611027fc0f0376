//! Executes `range`.

use super::{Evaluated, Flow, Result, State};
use crate::ast::Branch;
use crate::fmt;
use crate::value::{Elem, IntKind, List, Map, UintKind, Value};

impl<'t> State<'t, '_> {
    pub(super) fn range(&mut self, dot: &Evaluated, branch: &'t Branch) -> Result<Flow> {
        let outer = self.vars.len();
        let got = self.pipe(dot, &branch.pipe)?;
        let done = self.range_over(branch, got.value);
        if let (Some(marks), Ok(false)) = (self.marks, &done) {
            marks.go(branch, false);
        }
        let done = match done {
            Ok(false) => match &branch.otherwise {
                Some(otherwise) => self.list(dot, otherwise),
                None => Ok(Flow::Next),
            },
            Ok(true) => Ok(Flow::Next),
            Err(error) => Err(error),
        };
        self.vars.truncate(outer);
        done
    }

    /// Executes the loop. Returns whether there was anything to iterate over.
    fn range_over(&mut self, branch: &'t Branch, value: Value) -> Result<bool> {
        match value {
            Value::Nil => Ok(false),
            Value::Int(count, kind) if self.templates.range_integers => {
                self.range_int(branch, count, |number| Value::Int(number, kind))
            }
            Value::Uint(count, kind) if self.templates.range_integers => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                self.range_int(branch, count, |number| Value::Uint(number.unsigned_abs(), kind))
            }
            Value::List(list) => self.range_list(branch, &list),
            Value::Bytes(bytes) => {
                let items = bytes.iter().map(|byte| Value::Uint(u64::from(*byte), UintKind::Uint8));
                self.range_list(branch, &List::typed(items.collect(), Elem::Named("uint8")))
            }
            Value::Map(map) => self.range_map(branch, &map),
            Value::Object(object) if object.is_nil() => Ok(false),
            Value::Object(object) if !object.underlying().is_nil() => self.range_over(branch, object.underlying()),
            value => {
                let text = fmt::sprint(&[value]).unwrap_or_default();
                self.fail(format!("range can't iterate over {}", String::from_utf8_lossy(&text)))
            }
        }
    }

    fn range_int(&mut self, branch: &'t Branch, count: i64, value: impl Fn(i64) -> Value) -> Result<bool> {
        if branch.pipe.decl.len() > 1 {
            return self.fail(format!("can't use {count} to iterate over more than one variable"));
        }
        for number in 0..count {
            if !self.turn(branch, Value::Nil, Evaluated::from(value(number)))? {
                break;
            }
        }
        Ok(count > 0)
    }

    fn range_list(&mut self, branch: &'t Branch, list: &List) -> Result<bool> {
        let iface = list.elem() == Elem::Any;
        for (index, item) in list.iter().enumerate() {
            let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX), IntKind::Int);
            if !self.turn(branch, index, Evaluated { value: item.clone(), iface })? {
                break;
            }
        }
        Ok(!list.is_empty())
    }

    fn range_map(&mut self, branch: &'t Branch, map: &Map) -> Result<bool> {
        let iface = map.kind().elem == Elem::Any;
        let entries = map.snapshot();
        for (key, value) in entries.iter() {
            if !self.turn(branch, Value::Str(key.clone()), Evaluated { value: value.clone(), iface })? {
                break;
            }
        }
        Ok(!entries.is_empty())
    }

    /// Executes one iteration; false after `break`.
    fn turn(&mut self, branch: &'t Branch, index: Value, item: Evaluated) -> Result<bool> {
        self.step()?;
        if let Some(marks) = self.marks {
            marks.go(branch, true);
        }
        let pipe = &branch.pipe;
        let values = match pipe.decl.len() {
            0 => [None, None],
            1 => [Some(item.clone()), None],
            _ => [Some(Evaluated::from(index)), Some(item.clone())],
        };
        let mark = self.vars.len();
        let first = mark - if pipe.assign { 0 } else { pipe.decl.len().min(mark) };
        for (place, (variable, value)) in pipe.decl.iter().zip(values.into_iter().flatten()).enumerate() {
            if pipe.assign {
                self.assign(variable, value)?;
            } else if let Some(slot) = self.vars.get_mut(first + place) {
                slot.1 = value;
            }
        }
        let flow = self.list(&item, &branch.list)?;
        self.vars.truncate(mark);
        Ok(flow != Flow::Break)
    }
}
