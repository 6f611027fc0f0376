//! Looks up fields, keys and methods of values.

use std::sync::Arc;

use super::arguments::{Checked, Signature};
use super::{ErrorContext, Evaluated, Result, State};
use crate::ast::{Arg, Fields};
use crate::templates::MissingKey;
use crate::value::{Elem, Map, Object, Value};
use mkmanifests_go::quote::quote;

/// The arguments of a method call: those after its name, and the value of the pipeline.
#[derive(Default)]
pub(super) struct MethodArgs<'t> {
    pub args: &'t [Arg],
    pub last: Option<Evaluated>,
}

impl MethodArgs<'_> {
    fn is_empty(&self) -> bool {
        self.args.is_empty() && self.last.is_none()
    }
}

impl<'t> State<'t, '_> {
    /// Returns the value at the end of a chain of fields. The arguments are for the last field.
    pub(super) fn fields(
        &mut self,
        dot: &Evaluated,
        from: Evaluated,
        fields: Fields,
        node: &'t Arg,
        given: MethodArgs<'t>,
    ) -> Result<Evaluated> {
        let mut got = from;
        let mut names = fields.names(self.source());
        let Some(mut name) = names.next() else { return Ok(got) };
        for next in names {
            got = self.field(dot, &got, name, node, MethodArgs::default())?;
            name = next;
        }
        self.field(dot, &got, name, node, given)
    }

    fn field(
        &mut self,
        dot: &Evaluated,
        from: &Evaluated,
        name: &str,
        node: &'t Arg,
        given: MethodArgs<'t>,
    ) -> Result<Evaluated> {
        match &from.value {
            Value::Nil if from.iface => self.fail(format!("nil pointer evaluating interface {{}}.{name}")),
            Value::Nil if self.templates.missing_key == MissingKey::Error => {
                self.fail(format!("nil data; no entry for key {}", quote(name.as_bytes())))
            }
            Value::Nil => Ok(Evaluated::default()),
            Value::Map(map) => self.map_field(dot, map, name, node, given),
            Value::Object(object) => self.object_field(dot, from, object, name, node, given),
            _ => self.no_field(from, name),
        }
    }

    fn no_field(&self, from: &Evaluated, name: &str) -> Result<Evaluated> {
        self.fail(format!("can't evaluate field {name} in type {}", from.type_name()))
    }

    fn map_field(
        &mut self,
        dot: &Evaluated,
        map: &Map,
        name: &str,
        node: &'t Arg,
        given: MethodArgs<'t>,
    ) -> Result<Evaluated> {
        if let Some(method) = map.kind().methods.iter().find(|method| method.name == name) {
            let signature = Signature { name, params: method.params, variadic: false };
            let map = map.clone();
            let call =
                |caller: &mut super::Caller<'_>, args: crate::function::Args<'_>| (method.call)(caller, &map, args);
            return self.method(dot, signature, &call, node, given);
        }
        if !given.is_empty() {
            return self.fail(format!("{name} is not a method but has arguments"));
        }
        let elem = map.kind().elem;
        if let Some(value) = map.get(name) {
            return Ok(Evaluated { value, iface: elem == Elem::Any });
        }
        match self.templates.missing_key {
            MissingKey::Default => Ok(Evaluated::default()),
            MissingKey::Zero => Ok(Evaluated { value: zero(elem), iface: elem == Elem::Any }),
            MissingKey::Error => self.fail(format!("map has no entry for key {}", quote(name.as_bytes()))),
        }
    }

    fn object_field(
        &mut self,
        dot: &Evaluated,
        from: &Evaluated,
        object: &Arc<dyn Object>,
        name: &str,
        node: &'t Arg,
        given: MethodArgs<'t>,
    ) -> Result<Evaluated> {
        if let Some(method) = Arc::clone(object).method(name) {
            let crate::function::Run::Call(call) = &method.run else { return self.no_field(from, name) };
            return self.method(dot, Signature { name, ..(&method).into() }, &**call, node, given);
        }
        if let Value::Map(map) = object.underlying() {
            return self.map_field(dot, &map, name, node, given);
        }
        if object.is_nil() {
            return self.fail(format!("nil pointer evaluating {}.{name}", from.type_name()));
        }
        let Some(value) = object.field(name) else { return self.no_field(from, name) };
        if !given.is_empty() {
            return self.fail(format!("{name} has arguments but cannot be invoked as function"));
        }
        let iface = value.is_nil();
        Ok(Evaluated { value, iface })
    }

    fn method(
        &mut self,
        dot: &Evaluated,
        signature: Signature<'_>,
        call: &super::call::Code<'_>,
        node: &'t Arg,
        given: MethodArgs<'t>,
    ) -> Result<Evaluated> {
        let mut checked = Checked::default();
        self.arguments(&mut checked, dot, signature, given.args, given.last)?;
        self.invoke(signature.name, call, &checked, ErrorContext::Arg(node), given.args)
    }
}

/// Returns Go's zero value of an element type.
pub(crate) fn zero(elem: Elem) -> Value {
    use crate::value::MapType;
    match elem {
        Elem::Any | Elem::Named(_) => Value::Nil,
        Elem::Str => Value::from(""),
        Elem::Int => Value::int(0),
        Elem::Float64 => Value::Float(0.0),
        Elem::Bytes => Value::bytes(Vec::new()),
        Elem::Map => Value::Map(Map::nil(MapType::ANY)),
    }
}
