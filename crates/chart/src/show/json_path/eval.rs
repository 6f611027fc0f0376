//! Evaluates templates.

use std::sync::Arc;

use mkmanifests_gotmpl::{Templates, UintKind, Value, fmt};

use super::compare::compare;
use super::{JsonPathError, Slice, Step};
use crate::limits::MAX_WRITTEN;

/// How deep `{range}` may be nested.
const MAX_RANGES: usize = 100;

/// A value in a result; `None` is what Go has of an item that is null within `{range}`.
type Found = Option<Value>;

/// Why the evaluation of steps ended. What was found before still counts for filters such as `[?(@.name)]`.
struct Stop {
    found: Vec<Found>,
    error: JsonPathError,
}

type Walked = Result<Vec<Found>, Stop>;

fn stop<T>(found: Vec<Found>, message: impl std::fmt::Display) -> Result<T, Stop> {
    Err(Stop { found, error: JsonPathError::new(message) })
}

/// Evaluates one template. Ranges and their ends are counted as client-go does, which tells them apart only by the
/// counts.
pub(super) struct Evaluator<'s> {
    steps: &'s [Step],
    begun: usize,
    open: usize,
    ended: usize,
    /// The step with the last `{end}`.
    last_end: Option<usize>,
    /// How many values there may still be: nested ranges and `..` repeat them.
    left: usize,
}

impl<'s> Evaluator<'s> {
    pub fn new(steps: &'s [Step]) -> Evaluator<'s> {
        Evaluator { steps, begun: 0, open: 0, ended: 0, last_end: None, left: MAX_WRITTEN }
    }

    pub fn print(mut self, value: &Value) -> Result<Vec<u8>, JsonPathError> {
        let templates = Arc::new(Templates::new(crate::functions()));
        let mut out = Vec::new();
        for found in self.results(0, &Some(value.clone()))? {
            for (at, value) in found.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                out.extend(text(value, &templates).map_err(JsonPathError::new)?);
            }
        }
        Ok(out)
    }

    /// Evaluates the steps of the template from one on, up to the end of a range.
    fn results(&mut self, from: usize, value: &Found) -> Result<Vec<Vec<Found>>, JsonPathError> {
        let steps = self.steps;
        let mut results = Vec::new();
        let mut at = from;
        while let Some(step) = steps.get(at) {
            let found = self.walk(vec![value.clone()], step).map_err(|stop| stop.error)?;
            if self.ended > 0 && self.ended <= self.open {
                self.ended -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.begun > 0 {
                self.begun -= 1;
                results.extend(self.range(at + 1, found)?);
                at = self.last_end.filter(|end| *end > at).unwrap_or(at);
            } else {
                results.push(found);
            }
            at += 1;
        }
        Ok(results)
    }

    /// Evaluates the steps of a range for each value; without values once, to find the end.
    fn range(&mut self, from: usize, values: Vec<Found>) -> Result<Vec<Vec<Found>>, JsonPathError> {
        if self.open >= MAX_RANGES {
            return Err(JsonPathError::new(format_args!("more than {MAX_RANGES} nested ranges")));
        }
        self.open += 1;
        let mut results = Vec::new();
        if values.is_empty() {
            self.results(from, &None)?;
        }
        for value in values {
            results.extend(self.results(from, &value.filter(|value| !value.is_nil()))?);
        }
        self.open -= 1;
        Ok(results)
    }

    fn all(&mut self, mut values: Vec<Found>, steps: &[Step]) -> Walked {
        for step in steps {
            values = self.walk(values, step)?;
        }
        Ok(values)
    }

    fn walk(&mut self, input: Vec<Found>, step: &Step) -> Walked {
        let found = match step {
            Step::Action(steps) => self.all(input, steps)?,
            Step::Text(text) => vec![Some(Value::raw(text.clone()))],
            Step::Int(number) => vec![Some(Value::int(*number)); input.len()],
            Step::Float(number) => vec![Some(Value::Float(*number)); input.len()],
            Step::Bool(value) => vec![Some(Value::Bool(*value)); input.len()],
            Step::Word(word) => self.word(input, word)?,
            Step::Field(name) => field(&input, name)?,
            Step::Wildcard => input.iter().flat_map(children).map(Some).collect(),
            Step::Recursive => self.descendants(input)?,
            Step::Slice(slice) => items(input, *slice)?,
            Step::Filter { left, operator, right } => self.filter(input, left, operator.as_deref(), right)?,
            Step::Union(actions) => self.union(input, actions)?,
        };
        self.count(found)
    }

    fn count(&mut self, found: Vec<Found>) -> Walked {
        match self.left.checked_sub(found.len()) {
            Some(left) => self.left = left,
            None => return stop(Vec::new(), "more than 1,000,000 values"),
        }
        Ok(found)
    }

    fn word(&mut self, input: Vec<Found>, word: &str) -> Walked {
        match word {
            "range" => {
                self.begun += 1;
                Ok(input)
            }
            "end" if self.open > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => stop(Vec::new(), "not in range, nothing to end"),
            _ => stop(input, format_args!("unrecognized identifier {word}")),
        }
    }

    fn union(&mut self, input: Vec<Found>, actions: &[Vec<Step>]) -> Walked {
        let mut found = Vec::new();
        for steps in actions {
            match self.all(input.clone(), steps) {
                Ok(values) => found.extend(values),
                Err(Stop { error, .. }) => return Err(Stop { found: input, error }),
            }
        }
        Ok(found)
    }

    /// Returns each value that has others below it, followed by those of them that have.
    fn descendants(&mut self, input: Vec<Found>) -> Walked {
        let mut found = Vec::new();
        let mut waiting = input;
        waiting.reverse();
        while let Some(value) = waiting.pop() {
            let below = children(&value);
            if !below.is_empty() {
                found.push(value);
            }
            waiting.extend(self.count(below.into_iter().map(Some).collect())?.into_iter().rev());
        }
        Ok(found)
    }

    fn filter(&mut self, input: Vec<Found>, left: &[Step], operator: Option<&str>, right: &[Step]) -> Walked {
        let mut found = Vec::new();
        for value in &input {
            let Some(Value::List(list)) = value else {
                let message = format!("{} is not array or slice and cannot be filtered", shown(value));
                return stop(input, message);
            };
            for item in list {
                match self.matches(item, left, operator, right) {
                    Ok(true) => found.push(Some(item.clone())),
                    Ok(false) => {}
                    Err((error, true)) => return Err(Stop { found: input, error }),
                    Err((error, false)) => return Err(Stop { found, error }),
                }
            }
        }
        Ok(found)
    }

    /// Returns whether an item matches. An error comes with whether the whole input counts as found.
    fn matches(
        &mut self,
        item: &Value,
        left: &[Step],
        operator: Option<&str>,
        right: &[Step],
    ) -> Result<bool, (JsonPathError, bool)> {
        let found = self.all(vec![Some(item.clone())], left);
        let Some(operator) = operator else {
            return Ok(!found.unwrap_or_else(|stop| stop.found).is_empty());
        };
        let Some(left) = single(found)? else { return Ok(false) };
        let Some(right) = single(self.all(vec![Some(item.clone())], right))? else { return Ok(false) };
        compare(&left, operator, &right).map_err(|error| (error, false))
    }
}

/// Returns the one value of an operand, `None` if there is none.
fn single(found: Walked) -> Result<Option<Value>, (JsonPathError, bool)> {
    let mut found = found.map_err(|stop| (stop.error, true))?;
    if found.len() > 1 {
        return Err((JsonPathError::new("can only compare one element at a time"), true));
    }
    Ok(found.pop().map(Option::unwrap_or_default))
}

fn field(input: &[Found], name: &str) -> Walked {
    let value = |found: &Found| match found {
        Some(Value::Map(map)) => map.get(name),
        _ => None,
    };
    let found: Vec<Found> = input.iter().filter_map(value).map(Some).collect();
    if found.is_empty() && !input.is_empty() {
        return stop(found, format_args!("{name} is not found"));
    }
    Ok(found)
}

/// Returns the values of a mapping, the items of a list, or the bytes of a text.
fn children(value: &Found) -> Vec<Value> {
    match value {
        Some(Value::Map(map)) => map.snapshot().values().cloned().collect(),
        Some(Value::List(list)) => list.iter().cloned().collect(),
        Some(Value::Str(text)) => {
            text.as_bytes().iter().map(|byte| Value::Uint(u64::from(*byte), UintKind::Uint8)).collect()
        }
        _ => Vec::new(),
    }
}

fn items(input: Vec<Found>, slice: Slice) -> Walked {
    let mut found = Vec::new();
    for value in &input {
        let list = match value {
            Some(Value::List(list)) => list,
            Some(Value::Nil) => continue,
            other => {
                let kind = other.as_ref().map_or_else(|| "null".into(), Value::type_name);
                return stop(input.clone(), format_args!("{kind} is not array or slice"));
            }
        };
        match slice.bounds(list.len()) {
            // Client-go forgets the other values, too.
            Ok(None) => return Ok(found),
            Ok(Some((start, end, step))) => {
                let chosen = list.items().get(start..end).unwrap_or_default();
                found.extend(chosen.iter().step_by(step).cloned().map(Some));
            }
            Err(message) => return stop(input, message),
        }
    }
    Ok(found)
}

impl Slice {
    /// Returns start, end and step in a list of a length; `None` for no items. The error is the text of client-go.
    fn bounds(self, length: usize) -> Result<Option<(usize, usize, usize)>, String> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
        let first = self.start.unwrap_or_default();
        let start = from_end(first);
        let end = match self.end {
            // The index -1 ends at 0, which is the end of the list.
            None if self.is_index && first == -1 => length,
            None if self.is_index => from_end(first.saturating_add(1)),
            None => length,
            Some(end) => from_end(end),
        };
        let outside = |index: i64| format!("array index out of bounds: index {index}, length {length}");
        if start == end {
            return Ok(None);
        } else if start >= length || start < 0 {
            return Err(outside(start));
        } else if end > length || end < 0 {
            return Err(outside(end.saturating_sub(1)));
        } else if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        let step = self.step.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_owned());
        }
        let whole = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Some((whole(start), whole(end), whole(step))))
    }
}

/// Returns the text of a result: lists and mappings as JSON.
fn text(value: &Found, templates: &Arc<Templates>) -> Result<Vec<u8>, String> {
    match value {
        None => Ok(b"<no value>".to_vec()),
        Some(Value::Nil) => Ok(b"null".to_vec()),
        Some(value @ (Value::List(_) | Value::Map(_))) => {
            let json = templates.call("mustToJson", std::slice::from_ref(value)).map_err(|error| error.to_string())?;
            Ok(json.as_str().map(|text| text.as_bytes().to_vec()).unwrap_or_default())
        }
        Some(value) => fmt::sprint(std::slice::from_ref(value)).map_err(|error| error.0.to_owned()),
    }
}

fn shown(value: &Found) -> String {
    let bytes = fmt::sprint(&[value.clone().unwrap_or_default()]).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
