-- For wrk: asks for a random line of a file of paths, and ends with the figures as one line of JSON.
-- Arguments: the file, and the seed.
local questions = {}

function init(args)
  math.randomseed(tonumber(args[2]))
  for path in io.lines(args[1]) do
    questions[#questions + 1] = wrk.format("GET", path)
  end
end

function request()
  return questions[math.random(#questions)]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout
  ))
end
