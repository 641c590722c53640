-- For wrk: ranges of 64 KiB at random offsets in a file of 1 GiB.
local part = 64 * 1024

function init(args)
    math.randomseed(os.time())
end

function request()
    local first = math.random(0, 1024 * 1024 * 1024 - part)
    return wrk.format("GET", nil, {["Range"] = "bytes=" .. first .. "-" .. (first + part - 1)})
end
