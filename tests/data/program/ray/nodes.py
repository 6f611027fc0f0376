"""Waits for all nodes, runs a task on each, and prints what the nodes are and how many answered.

Arguments: the address of the head, and the number of nodes.
"""
import json, sys, time, ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

ray.init(address=sys.argv[1], log_to_driver=False)
while len([node for node in ray.nodes() if node["Alive"]]) < int(sys.argv[2]):
    time.sleep(0.5)


@ray.remote(num_cpus=1)
def where():
    return ray.get_runtime_context().get_node_id()


nodes = [node for node in ray.nodes() if node["Alive"]]
for node in sorted(nodes, key=lambda node: sorted(node["Labels"].items())):
    system = ("node:", "object_store_memory", "memory")
    resources = {name: amount for name, amount in node["Resources"].items() if not name.startswith(system)}
    labels = {name: value for name, value in node["Labels"].items() if not name.startswith("ray.io/")}
    print("node", json.dumps({"resources": resources, "labels": labels}, sort_keys=True))
on = [where.options(scheduling_strategy=On(node["NodeID"], soft=False)).remote() for node in nodes]
print("answered", len(set(ray.get(on))))
spot = ray.get(where.options(label_selector={"market-type": "spot"}).remote())
print("selected", [node["Labels"].get("market-type") for node in nodes if node["NodeID"] == spot])
