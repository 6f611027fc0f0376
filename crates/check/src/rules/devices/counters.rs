//! Counters that the devices of a pool share: sets of them, and what a device consumes.

use std::collections::BTreeMap;

use k8s_openapi::api::resource::v1::{Counter, CounterSet, DeviceCounterConsumption};

use super::super::common::repeated;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

const MOST_SETS: usize = 8;
const MOST_CONSUMED_SETS: usize = 2;
const MOST_COUNTERS: usize = 32;

rules!(
    area = "resourceslice",
    /// A slice has at most eight sets of counters, each named by a DNS label and once.
    ///
    /// Source: `validateCounterSet`, pkg/apis/resource/validation/validation.go
    pub(super) fn shared_counters(report: &mut Report<'_>, at: &Path<'_>, sets: &[CounterSet]) {
        if sets.len() > MOST_SETS {
            report.error(at, format_args!("{} are too many: at most {MOST_SETS}", sets.len()));
        }
        let repeated = repeated(sets.iter().map(|set| &set.name));
        for (index, set) in sets.iter().enumerate() {
            let at = at.index(index);
            counter_set(report, &at, "name", &set.name, &set.counters);
            if repeated[index] {
                report.duplicate(&at, format_args!("the counter set {:?}", set.name));
            }
        }
    },
    /// A device consumes counters of at most two sets, each named by a DNS label and once.
    ///
    /// Source: `validateDeviceCounterConsumption`, pkg/apis/resource/validation/validation.go
    pub(super) fn consumed_counters(report: &mut Report<'_>, at: &Path<'_>, sets: &[DeviceCounterConsumption]) {
        if sets.len() > MOST_CONSUMED_SETS {
            report.error(at, format_args!("{} are too many: at most {MOST_CONSUMED_SETS}", sets.len()));
        }
        let repeated = repeated(sets.iter().map(|set| &set.counter_set));
        for (index, set) in sets.iter().enumerate() {
            let at = at.index(index);
            counter_set(report, &at, "counterSet", &set.counter_set, &set.counters);
            if repeated[index] {
                report.duplicate(&at, format_args!("the counter set {:?}", set.counter_set));
            }
        }
    }
);

fn counter_set(report: &mut Report<'_>, at: &Path<'_>, field: &str, name: &str, counters: &BTreeMap<String, Counter>) {
    match name {
        "" => report.required(&at.field(field), "the set of the counters"),
        name => report.require(&at.field(field), dns_label(name)),
    }
    let at = at.field("counters");
    match counters.len() {
        0 => report.required(&at, "at least one"),
        count if count > MOST_COUNTERS => {
            report.error(&at, format_args!("{count} are too many: at most {MOST_COUNTERS}"));
        }
        _ => {}
    }
    for name in counters.keys() {
        report.require_in(&at, &at.key(name), dns_label(name));
    }
}
