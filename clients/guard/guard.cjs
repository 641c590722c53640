// Required by every Node that a group starts: writes down whom the process connects to, one "host port" a line.
'use strict';
const fs = require('node:fs');
const net = require('node:net');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (options && typeof options === 'object' && options.port !== undefined) {
        fs.appendFileSync(process.env.PEERS, `${options.host ?? 'localhost'} ${options.port}\n`);
    }
    return connect.apply(this, args);
};
