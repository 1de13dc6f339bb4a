"""The pipeline in SimPy 2.3, as its manual would have it: a process for every request. Usage: pipeline_simpy.py REQUESTS

Prints one line of JSON: requests completed, CPU seconds, mean latency. The numbers are those of pipeline.hpp.
"""

import json
import random
import sys
import time

from SimPy.Simulation import Process, Resource, activate, hold, initialize, now, release, request, simulate

DEVICES = 100
ARRIVALS_PER_S = 175.0
EDGE_S = 0.2
UPLINK_S = 32768 / 12.5e6
GPU_S = 0.004
DOWNLINK_S = 1000 / 12.5e6
LATENCY_S = 0.01


class Request(Process):
    def run(self, edge, uplink, gpu, downlink, latencies):
        arrival = now()
        yield request, self, edge
        yield hold, self, EDGE_S
        yield release, self, edge
        yield hold, self, LATENCY_S
        yield request, self, uplink
        yield hold, self, UPLINK_S
        yield release, self, uplink
        yield request, self, gpu
        yield hold, self, GPU_S
        yield release, self, gpu
        yield hold, self, LATENCY_S
        yield request, self, downlink
        yield hold, self, DOWNLINK_S
        yield release, self, downlink
        latencies.append(now() - arrival)


class Source(Process):
    def run(self, edges, uplink, gpu, downlink, latencies):
        while True:
            yield hold, self, random.expovariate(ARRIVALS_PER_S)
            new = Request()
            activate(new, new.run(random.choice(edges), uplink, gpu, downlink, latencies))


def main(requests):
    random.seed(1)
    initialize()
    edges = [Resource() for _ in range(DEVICES)]
    latencies = []
    source = Source()
    activate(source, source.run(edges, Resource(), Resource(), Resource(), latencies))
    begin = time.process_time()
    simulate(until=requests / ARRIVALS_PER_S)
    print(json.dumps({"requests": len(latencies), "seconds": time.process_time() - begin,
                      "mean_latency_s": sum(latencies) / len(latencies)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
