"""The loader of results folders: what it reads, what it refuses, and in which words."""

import math
import subprocess
import sys
import unittest

from samples import ROOT, SampleTest, change_json, change_rows

import results

FIVE_FILES = "a folder with summary.json, manifest.json, requests.csv, exposures.csv, resources.csv, servers.csv, ledger.csv"


class LoadTest(SampleTest):
    def refusal(self, folder):
        with self.assertRaises(results.ResultsError) as caught:
            results.load_results(folder)
        return caught.exception

    def test_a_real_run_loads_with_the_types_of_its_columns(self):
        run = results.load_results(self.real)
        self.assertEqual(len(run.requests), 400)
        self.assertEqual(run.requests["request_id"].tolist(), list(range(400)))
        for column in ("outcome", "workload", "device", "protocol", "cut"):
            self.assertEqual(run.requests[column].dtype, "category", column)
        self.assertEqual(run.requests["warm_up"].dtype, "bool")
        self.assertEqual(run.requests["attempts"].dtype, "int64")
        for column in ["arrival_s", "start_s", "end_s", "latency_s", *run.parts]:
            self.assertEqual(run.requests[column].dtype, "float64", column)
        self.assertEqual(set(run.exposures["count"]), {400})
        self.assertEqual(set(run.exposures["domain"]), {"network", "cloud operator"})
        self.assertIn("phone.cpu", run.resources["resource"].tolist())
        self.assertIn('name: "gpz_vgg19_phone_5g"', run.manifest["input"])

    def test_a_run_of_a_token_model_has_tokens_and_servers(self):
        run = results.load_results(self.tokens)
        self.assertEqual(set(run.requests["prompt_tokens"]), {100.0})
        self.assertEqual(set(run.requests["output_tokens"]), {50.0})
        waited_s = run.requests["ttft_s"] + 49 * run.requests["tpot_s"]
        self.assertLess((waited_s - run.requests["latency_s"]).abs().max(), 1e-9)
        (server,) = run.servers.to_dict("records")
        self.assertEqual((server["server"], server["replicas_used"], server["iterations"]), ("cloud.gpu", 1, 20 * 50))
        self.assertEqual(server["mean_batch"], 1.0)
        self.assertEqual(results.load_many([self.tokens])["servers[cloud.gpu].iterations"].tolist(), [1000])

    def test_a_run_that_draws_from_a_mechanism_has_a_ledger(self):
        run = results.load_results(self.tokens)
        (user,) = run.ledger.to_dict("records")
        # 20 requests of 100 words at epsilon 2; no budget gives a delta.
        self.assertEqual((user["user"], user["requests"], user["draws"]), ("client", 20, 2000))
        self.assertEqual(user["epsilon_sequential"], 4000)
        self.assertTrue(math.isnan(user["epsilon_renyi"]) and math.isnan(user["exhausted_at_s"]))
        self.assertEqual(results.load_many([self.tokens])["privacy_ledger[client].epsilon.sequential.worst"].tolist(), [4000])
        epsilon = run.privacy[run.privacy["metric"] == "epsilon"].set_index("scale")["value"]
        self.assertEqual(epsilon["per_request_sequential"], 200)
        self.assertEqual(epsilon["per_user_sequential"], 4000)
        self.assertTrue(math.isnan(epsilon["per_user_advanced"]))
        self.assertEqual(len(results.load_results(self.real).ledger), 0)

    def test_a_run_without_tokens_has_none_and_no_servers(self):
        run = results.load_results(self.real)
        self.assertTrue(run.requests[["prompt_tokens", "output_tokens", "ttft_s", "tpot_s"]].isna().all(axis=None))
        self.assertEqual(len(run.servers), 0)

    def test_counted_requests_are_those_that_the_summary_is_over(self):
        run = results.load_results(self.real)
        self.assertLess(len(run.counted), 400)
        self.assertEqual(len(run.counted), run.summary["requests"]["counted"])
        self.assertAlmostEqual(run.counted["latency_s"].mean(), run.summary["latency_s"]["mean"], delta=1e-12)
        for part in run.parts:
            self.assertAlmostEqual(run.counted[part].mean(), run.summary["mean_parts"][part], delta=1e-12)

    def test_the_parts_of_every_completed_request_add_up_to_its_latency(self):
        run = results.load_results(self.real)
        completed = run.requests[run.requests["outcome"] == "completed"]
        self.assertEqual(len(completed), 400)
        error_s = (completed[run.parts].sum(axis=1) - completed["latency_s"]).abs()
        self.assertLess(error_s.max(), 1e-9)

    def test_numbers_come_back_bit_by_bit(self):
        copy = self.copy()
        change_rows(copy / "requests.csv", lambda row: row.update(arrival_s="0.1000000000000000055511151231257827"))
        self.assertEqual(set(results.load_results(copy).requests["arrival_s"]), {0.1})

    def test_absent_values_are_nan_and_never_zero(self):
        copy = self.copy()

        def leave_unfinished(row):
            if row["request_id"] == "7":
                row.update({column: "" for column in row if column.endswith("_s") and column != "arrival_s"},
                           outcome="unfinished", device="NA")

        change_rows(copy / "requests.csv", leave_unfinished)
        run = results.load_results(copy)
        request = run.requests.loc[7]
        for column in ["start_s", "end_s", "latency_s", *run.parts]:
            self.assertTrue(math.isnan(request[column]), column)
        self.assertEqual(request["device"], "NA")
        self.assertEqual(run.requests.drop(index=7)["end_s"].isna().sum(), 0)
        self.assertNotIn(7, run.counted.index)
        processor = run.resources.set_index("resource").loc["phone.cpu"]
        self.assertTrue(math.isnan(processor["bytes"]))
        self.assertTrue(math.isnan(run.privacy.set_index("adversary")["value"]["network observer"]))

    def test_a_version_that_is_not_known_is_refused(self):
        copy = self.copy()
        change_json(copy / "summary.json", lambda content: content.update(schema_version=1))
        error = self.refusal(copy)
        self.assertEqual(str(error), f"{copy}/summary.json: schema_version 1 is not known (supported: schema_version 2)")
        self.assertEqual((error.path, error.what, error.supported),
                         (copy / "summary.json", "schema_version 1 is not known", "schema_version 2"))

    def test_a_version_that_is_not_known_is_refused_in_a_table(self):
        copy = self.copy()
        path = copy / "exposures.csv"
        path.write_text(path.read_text().replace("# schema_version: 2", "# schema_version: 2.1", 1))
        self.assertEqual(str(self.refusal(copy)),
                         f"{path}: schema_version 2.1 is not known (supported: schema_version 2)")

    def test_each_missing_file_is_refused(self):
        for name in results.JSON_FILES + results.CSV_FILES:
            copy = self.copy(f"without_{name}")
            (copy / name).unlink()
            self.assertEqual(str(self.refusal(copy)), f"{copy / name}: no such file (supported: {FIVE_FILES})")

    def test_a_table_without_a_schema_line_is_refused(self):
        copy = self.copy()
        path = copy / "requests.csv"
        path.write_text(path.read_text().split("\n", 1)[1])
        self.assertEqual(str(self.refusal(copy)),
                         f"{path}: the first line is not '# schema_version: N' (supported: schema_version 2)")

    def test_a_summary_without_a_version_is_refused(self):
        copy = self.copy()
        change_json(copy / "summary.json", lambda content: content.pop("schema_version"))
        self.assertEqual(str(self.refusal(copy)),
                         f"{copy}/summary.json: no schema_version (supported: schema_version 2)")

    def test_a_part_that_the_table_lacks_is_refused(self):
        copy = self.copy()
        change_json(copy / "summary.json", lambda content: content["mean_parts"].update(tea_s=1.0))
        self.assertEqual(str(self.refusal(copy)), f"{copy}/requests.csv: no column 'tea_s' "
                                                  "(supported: every part that summary.json names)")

    def test_a_broken_file_is_refused(self):
        copy = self.copy()
        change_rows(copy / "requests.csv", lambda row: row.update(latency_s="soon"))
        self.assertEqual(str(self.refusal(copy)), f"{copy}/requests.csv: line 3: 'soon' is no value of column 'latency_s' "
                                                  "(supported: whole tables as coinfer writes them)")
        (copy / "summary.json").write_text("{")
        self.assertRegex(str(self.refusal(copy)), r"summary\.json: not JSON: ")


    def test_a_table_that_was_cut_off_is_refused_with_its_line(self):
        copy = self.copy()
        path = copy / "requests.csv"
        whole = path.read_text()
        lines = whole.splitlines()
        path.write_text(whole[:-3])  # 400 rows below two lines; what is left of the last number would be a number.
        self.assertTrue(str(self.refusal(copy)).startswith(f"{path}: cut off in line 402 (supported: "))
        path.write_text("\n".join([*lines[:9], "6,vision"]) + "\n")
        self.assertIn(f"{path}: line 10 has 2 of {lines[1].count(',') + 1} fields (", str(self.refusal(copy)))
        path.write_text("\n".join([*lines[:9], lines[9].replace("7,", "x,", 1)]) + "\n")
        self.assertIn(f"{path}: line 10: 'x' is no value of column 'request_id' (", str(self.refusal(copy)))

    def test_timeline_and_deployment_load_and_may_be_absent(self):
        run = results.load_results(self.real)
        self.assertEqual(set(run.timeline["kind"]), {"processor", "link"})
        self.assertEqual(run.timeline.groupby("resource", observed=True)["from_s"].min().tolist(),
                         [0] * run.timeline["resource"].nunique())
        self.assertEqual([device["name"] for device in run.deployment["devices"]], ["phone", "cloud"])
        older = self.copy()
        for name in results.OPTIONAL_FILES:
            (older / name).unlink()
        run = results.load_results(older)
        self.assertEqual((run.timeline, run.deployment), (None, None))


class LoadManyTest(SampleTest):
    def test_many_folders_make_one_row_each_with_dotted_names(self):
        other = self.copy("other")
        change_json(other / "summary.json", lambda content: content.update(latency_s=None, saturation="OVERLOADED"))
        table = results.load_many([self.real, other])
        self.assertEqual(table.index.tolist(), [str(self.real), str(other)])
        self.assertEqual(table["latency_s.p95"][0], results.load_summary(self.real)["latency_s"]["p95"])
        self.assertTrue(math.isnan(table["latency_s.p95"][1]))
        self.assertEqual(table["saturation"].tolist()[1], "OVERLOADED")
        self.assertEqual(table["workloads[vision].requests.completed"].tolist(), [400, 400])
        self.assertEqual(table["resources[phone.gpu].utilisation"].tolist(), [0, 0])

    def test_the_command_prints_that_table(self):
        command = [sys.executable, "-B", "-W", "error", str(ROOT / "analysis/results.py"), str(self.real)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, results.load_many([self.real]).to_csv())
        failed = subprocess.run([*command, str(self.scratch)], capture_output=True, text=True, check=False)
        self.assertEqual((failed.returncode, failed.stdout), (1, ""))
        self.assertEqual(failed.stderr, f"{self.scratch}/summary.json: no such file (supported: {FIVE_FILES})\n")


if __name__ == "__main__":
    unittest.main()
