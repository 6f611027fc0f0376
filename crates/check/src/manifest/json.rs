//! Writes manifests as one JSON list.

use std::io;

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::Manifest;

/// A list of objects, as `kubectl get -o json` prints it and `kubectl apply -f -` accepts it.
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#collections>
#[derive(Serialize)]
struct List<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    items: Items<'a>,
    kind: &'static str,
}

struct Items<'a>(&'a [Manifest]);

impl Serialize for Items<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|manifest| &manifest.node))
    }
}

pub(super) fn write_list<W: io::Write + ?Sized>(out: &mut W, list: &[Manifest]) -> io::Result<()> {
    write(out, &List { api_version: "v1", items: Items(list), kind: "List" })
}

/// Writes any value as JSON, indented by four spaces, with a line break at the end.
///
/// # Errors
///
/// The errors of `out`.
fn write<W: io::Write + ?Sized>(out: &mut W, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, PrettyFormatter::with_indent(b"    "));
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
