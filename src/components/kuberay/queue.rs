//! The labels by which batch schedulers find the queue of a custom resource.

use std::collections::BTreeMap;

use super::values::Queue;
use crate::kuberay::names::label;

/// <https://kueue.sigs.k8s.io/docs/tasks/run/rayclusters/>
const KUEUE_PRIORITY: &str = "kueue.x-k8s.io/priority-class";

impl Queue {
    /// Returns the name and the value of each queue that is set.
    pub(in crate::components) fn set(&self) -> Vec<(&'static str, &str)> {
        let queues =
            [("kueue", &self.kueue), ("volcano", &self.volcano), ("yunikorn", &self.yunikorn), ("kai", &self.kai)];
        queues.into_iter().filter_map(|(name, queue)| Some((name, queue.as_deref()?))).collect()
    }

    /// Returns the labels of the custom resource `name`.
    pub(in crate::components) fn labels(&self, name: &str) -> BTreeMap<String, String> {
        let priority = if self.kueue.is_some() { KUEUE_PRIORITY } else { label::PRIORITY_CLASS };
        let labels = [
            (label::KUEUE_QUEUE, self.kueue.as_deref()),
            (label::VOLCANO_QUEUE, self.volcano.as_deref()),
            (label::YUNIKORN_QUEUE, self.yunikorn.as_deref()),
            (label::YUNIKORN_APPLICATION, self.yunikorn.is_some().then_some(name)),
            (label::KAI_QUEUE, self.kai.as_deref()),
            (priority, self.priority_class.as_deref()),
            (label::GANG_SCHEDULING, self.gang.then_some("true")),
        ];
        labels.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))).collect()
    }
}
