"""Runs Ray's autoscaler for KubeRay beside a real head, until it changes the RayCluster for a pending task.

Arguments: the address of the head, and a file with the RayCluster as the API server returns it. The API server is a class
in this file: it knows the object and the head's pod, and prints the patches.
"""
import json, sys, time, ray
from ray._raylet import GcsClient
from ray.autoscaler._private.kuberay import autoscaling_config, node_provider
from ray.autoscaler.v2 import autoscaler
from ray.autoscaler.v2.instance_manager.cloud_providers.kuberay import cloud_provider
from ray.autoscaler.v2.instance_manager.config import KubeRayConfigReader

with open(sys.argv[2]) as file:
    cluster = json.load(file)
labels = {"ray.io/cluster": cluster["metadata"]["name"], "ray.io/node-type": "head", "ray.io/group": "headgroup"}
head = {
    "metadata": {"name": "foo-head", "labels": labels, "resourceVersion": "1"},
    "spec": cluster["spec"]["headGroupSpec"]["template"]["spec"],
    "status": {"phase": "Running", "containerStatuses": [{"name": "ray-head", "state": {"running": {}}}]},
}


class Server:
    patches = []

    def __init__(self, namespace, **_):
        assert namespace == cluster["metadata"]["namespace"], namespace

    def get(self, path):
        if path.startswith("pods/"):
            return head
        if path.startswith("pods"):
            return {"metadata": {"resourceVersion": "1"}, "items": [head]}
        assert path == "rayclusters/" + cluster["metadata"]["name"], path
        return cluster

    def patch(self, path, payload, content_type="application/json-patch+json"):
        for patch in payload:
            _, _, groups, index, field = patch["path"].split("/")
            group = cluster["spec"][groups][int(index)]
            group[field] = patch["value"]
            if field == "replicas":
                self.patches.append((group["groupName"], patch["value"]))
        return cluster


node_provider.KubernetesHttpApiClient = Server
cloud_provider.KubernetesHttpApiClient = Server

ray.init(address=sys.argv[1], log_to_driver=False)


@ray.remote(num_cpus=2)
def work():
    pass


# More than the head has, and what only one group has.
pending = [work.options(resources={"spot": 1}).remote() for _ in range(3)]
client = GcsClient(address=sys.argv[1])
reader = KubeRayConfigReader(autoscaling_config.AutoscalingConfigProducer(
    cluster["metadata"]["name"], cluster["metadata"]["namespace"]))
scaler = autoscaler.Autoscaler("test", reader, client)
while not Server.patches:
    scaler.update_autoscaling_state()
    time.sleep(1)
print("patched", dict(Server.patches))
