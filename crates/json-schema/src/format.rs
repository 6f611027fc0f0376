//! The `format` keyword, with the messages of Helm's library.
//!
//! Own code, since no crate has the verdicts and messages of Helm.

mod name;
mod time;
mod uri;

use mkmanifests_go::regexp::Pattern;

/// A format, and its check.
#[derive(Debug)]
pub(super) struct Format {
    pub(super) name: &'static str,
    pub(super) check: fn(&str) -> Result<(), String>,
}

static FORMATS: [Format; 19] = [
    Format { name: "date", check: time::date },
    Format { name: "date-time", check: time::date_time },
    Format { name: "duration", check: time::duration },
    Format { name: "email", check: name::email },
    Format { name: "hostname", check: name::hostname },
    Format { name: "ipv4", check: name::ipv4 },
    Format { name: "ipv6", check: name::ipv6 },
    Format { name: "iri", check: uri::uri },
    Format { name: "iri-reference", check: uri::reference },
    Format { name: "json-pointer", check: uri::json_pointer },
    Format { name: "period", check: time::period },
    Format { name: "regex", check: Pattern::check },
    Format { name: "relative-json-pointer", check: uri::relative_json_pointer },
    Format { name: "semver", check: name::semver },
    Format { name: "time", check: time::time },
    Format { name: "uri", check: uri::uri },
    Format { name: "uri-reference", check: uri::reference },
    Format { name: "uri-template", check: uri::template },
    Format { name: "uuid", check: name::uuid },
];

/// Finds a format by its name. Unknown formats accept everything, as in the library.
pub(super) fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

type Checked = Result<(), String>;

fn fail<T>(what: impl Into<String>) -> Result<T, String> {
    Err(what.into())
}
