//! `MKMANIFESTS_CHECK`: validates what `helm template` renders, and finds unused values.

use super::{Console, Error};
use crate::chart::{ChartCode, HelmOutput, UnusedValues};
use crate::diagnostic::Failure;

/// The variable that turns the checks on.
const VARIABLE: &str = "MKMANIFESTS_CHECK";

/// What to do about invalid objects and unused values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checking {
    /// Nothing: as Helm.
    Off,
    /// Report them on stderr.
    Warn,
    /// Report them, and fail without output.
    Error,
}

impl Checking {
    /// Reads the variable.
    pub fn from_environment() -> Result<Checking, Error> {
        match std::env::var(VARIABLE).as_deref() {
            Err(_) | Ok("" | "off") => Ok(Checking::Off),
            Ok("warn") => Ok(Checking::Warn),
            Ok("error") => Ok(Checking::Error),
            Ok(other) => Err(Error::Message(format!("{VARIABLE} must be off, warn or error, not {other:?}"))),
        }
    }

    /// Renders again with the checks, by calling `render` with what to check, and reports what they find.
    pub fn report(
        self,
        render: impl Fn(UnusedValues, bool) -> Result<HelmOutput, Failure>,
        console: &mut Console<'_>,
    ) -> Result<(), Error> {
        if self == Checking::Off {
            return Ok(());
        }
        let mut has_errors = false;
        // One after the other, since a run stops at the first step that finds errors.
        for (unused_values, check) in [(UnusedValues::Warn, false), (UnusedValues::Ignore, true)] {
            match render(unused_values, check) {
                Ok(HelmOutput { warnings, sources, .. }) if !check => {
                    has_errors |= warnings.iter().any(|it| it.subject.code == ChartCode::UnusedValue.into());
                    console.report(&warnings, &sources);
                }
                Ok(_) => {}
                Err(failure) => {
                    has_errors = true;
                    console.fail(&failure);
                }
            }
        }
        if has_errors && self == Checking::Error { Err(Error::Reported) } else { Ok(()) }
    }
}
