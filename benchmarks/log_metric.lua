-- For wrk: every request logs one point, to the given runs in turn. The value is the step and a half, so that
-- what is stored can be checked.
local runs = {}
for id in os.getenv("BENCH_RUNS"):gmatch("%S+") do
  runs[#runs + 1] = id
end
local path = os.getenv("BENCH_PATH")
local headers = { ["Content-Type"] = "application/json" }
local message = '{"run_id":"%s","key":"loss","value":%d.5,"timestamp":%d,"step":%d}'
local began = tonumber(os.getenv("BENCH_TIME"))
local sent = 0

function request()
  local run, step = runs[sent % #runs + 1], math.floor(sent / #runs)
  sent = sent + 1
  return wrk.format("POST", path, headers, message:format(run, step, began + step, step))
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local answer = '{"requests":%d,"failed":%d,"seconds":%f,"p50":%f,"p99":%f}\n'
  io.write("\n" .. answer:format(summary.requests, failed, summary.duration / 1e6,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
