//! The feature gates of the operator.

use std::error::Error;
use std::fmt;

/// How mature a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Off by default.
    Alpha,
    /// On by default.
    Beta,
}

/// Declares the gates: variant, first release and stage in KubeRay 1.7.
macro_rules! gates {
    ($($(#[doc = $doc:literal])+ $gate:ident: $since:literal $stage:ident,)+) => {
        /// A feature gate of KubeRay 1.7:
        /// <https://github.com/ray-project/kuberay/blob/v1.7.0/ray-operator/pkg/features/features.go>.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Gate {
            $($(#[doc = $doc])+ $gate,)+
        }

        impl Gate {
            /// All gates.
            pub const ALL: &[Gate] = &[$(Gate::$gate),+];

            /// Returns the name, as the operator's flag has it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Gate::$gate => stringify!($gate),)+
                }
            }

            /// Returns the first release of KubeRay that has the gate, such as `1.3`.
            pub fn since(self) -> &'static str {
                match self {
                    $(Gate::$gate => $since,)+
                }
            }

            /// Returns how mature the feature is in KubeRay 1.7.
            pub fn stage(self) -> Stage {
                match self {
                    $(Gate::$gate => Stage::$stage,)+
                }
            }
        }
    };
}

gates! {
    /// Conditions in the status of a RayCluster.
    RayClusterStatusConditions: "1.2" Beta,
    /// `deletionStrategy` of a RayJob and `suspend` of a worker group.
    RayJobDeletionPolicy: "1.3" Beta,
    /// Labels with the number of the replica and of the host, on the pods of multi-host groups.
    RayMultiHostIndexing: "1.5" Beta,
    /// `NewClusterWithIncrementalUpgrade` of a RayService.
    RayServiceIncrementalUpgrade: "1.5" Beta,
    /// The kind RayCronJob.
    RayCronJob: "1.6" Alpha,
    /// Restarts of the container that submits a job, with `SidecarMode`. Needs Kubernetes 1.35 and Ray 2.54.
    SidecarSubmitterRestart: "1.7" Alpha,
    /// `networkPolicy` of a RayCluster.
    RayClusterNetworkPolicy: "1.7" Alpha,
    /// `gcsFaultToleranceOptions.backend: rocksdb`.
    GCSFaultToleranceEmbeddedStorage: "1.7" Alpha,
    /// `tlsOptions` of a RayCluster. Needs cert-manager.
    RayClusterMTLS: "1.7" Alpha,
    /// `historyServerOptions` of a RayCluster.
    RayClusterHistoryServer: "1.7" Alpha,
    /// Gang scheduling by Kubernetes itself. Excludes other batch schedulers.
    KubernetesWAS: "1.7" Alpha,
}

impl Gate {
    /// Finds a gate by its name.
    pub fn find(name: &str) -> Option<Gate> {
        Gate::ALL.iter().copied().find(|gate| gate.name() == name)
    }

    /// Returns whether the gate is on by default in KubeRay 1.7.
    pub fn default_value(self) -> bool {
        self.stage() == Stage::Beta
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which gates are on.
///
/// ```
/// use mkmanifests_kuberay::{FeatureGates, Gate};
/// let gates = FeatureGates::parse("RayCronJob=true,RayMultiHostIndexing=false").unwrap();
/// assert!(gates.is_on(Gate::RayCronJob));
/// assert!(!gates.is_on(Gate::RayMultiHostIndexing));
/// assert!(gates.is_on(Gate::RayJobDeletionPolicy));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureGates {
    /// By name or by stage, the last one last.
    set: Vec<(Subject, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    One(Gate),
    All(Stage),
}

/// The gates of all features of a stage, which Kubernetes' library for feature gates adds.
const STAGES: [(&str, Stage); 2] = [("AllAlpha", Stage::Alpha), ("AllBeta", Stage::Beta)];

impl FeatureGates {
    /// Reads the value of the operator's flag `--feature-gates`: `A=true,B=false`.
    pub fn parse(text: &str) -> Result<FeatureGates, GateError> {
        let mut gates = FeatureGates::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (name.trim(), value.trim());
            let on = boolean(value)
                .ok_or_else(|| GateError::NotBoolean { name: name.to_owned(), value: value.to_owned() })?;
            gates.set(name, on)?;
        }
        Ok(gates)
    }

    /// Turns a gate on or off by its name.
    pub fn set(&mut self, name: &str, on: bool) -> Result<(), GateError> {
        let stage = STAGES.iter().find(|(known, _)| *known == name).map(|(_, stage)| Subject::All(*stage));
        let Some(subject) = Gate::find(name).map(Subject::One).or(stage) else {
            return Err(GateError::Unknown { name: name.to_owned() });
        };
        self.set.push((subject, on));
        Ok(())
    }

    /// Returns whether a gate is on: as it is set, else as all gates of its stage are set, else by default.
    pub fn is_on(&self, gate: Gate) -> bool {
        let last = |subject| self.set.iter().rev().find(|(set, _)| *set == subject).map(|(_, on)| *on);
        last(Subject::One(gate)).or_else(|| last(Subject::All(gate.stage()))).unwrap_or_else(|| gate.default_value())
    }

    /// Returns the names that can be set, to suggest one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Gate::ALL.iter().map(|gate| gate.name()).chain(STAGES.iter().map(|(name, _)| *name))
    }
}

/// Reads a boolean as Go's `strconv.ParseBool` does.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Feature gates that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GateError {
    /// KubeRay 1.7 has no gate with this name. [`FeatureGates::names`] are the known ones.
    Unknown {
        /// The name.
        name: String,
    },
    /// The value is missing, or neither `true` nor `false`.
    NotBoolean {
        /// Name of the gate.
        name: String,
        /// The value; empty if it is missing.
        value: String,
    },
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GateError::Unknown { name } => write!(f, "KubeRay 1.7 has no feature gate `{name}`"),
            GateError::NotBoolean { name, value } if value.is_empty() => {
                write!(f, "feature gate `{name}` needs a value: `{name}=true` or `{name}=false`")
            }
            GateError::NotBoolean { name, value } => {
                write!(f, "feature gate `{name}` must be `true` or `false`, found `{value}`")
            }
        }
    }
}

impl Error for GateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_wins_over_its_stage() {
        let gates = FeatureGates::parse("RayCronJob=false, AllAlpha=true,AllBeta=f").unwrap();
        assert!(!gates.is_on(Gate::RayCronJob));
        assert!(gates.is_on(Gate::RayClusterMTLS));
        assert!(!gates.is_on(Gate::RayJobDeletionPolicy));
    }

    #[test]
    fn a_later_value_wins() {
        let gates = FeatureGates::parse("RayCronJob=false,RayCronJob=true").unwrap();
        assert!(gates.is_on(Gate::RayCronJob));
    }

    #[test]
    fn wrong_gates_are_errors() {
        let error = |text| FeatureGates::parse(text).unwrap_err().to_string();
        assert_eq!(error("RayCronJobs=true"), "KubeRay 1.7 has no feature gate `RayCronJobs`");
        assert_eq!(error("RayCronJob=yes"), "feature gate `RayCronJob` must be `true` or `false`, found `yes`");
        assert_eq!(
            error("RayCronJob"),
            "feature gate `RayCronJob` needs a value: `RayCronJob=true` or `RayCronJob=false`"
        );
        assert_eq!(FeatureGates::parse(""), Ok(FeatureGates::default()));
    }
}
