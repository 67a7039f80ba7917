// What C++ calls. Described in docs/page-script.md.

const faulty_call = (e) => ({
    ok: false,
    pass: false,
    error: e instanceof BadSelector ? 'bad_selector' : 'script_error',
    message: String(e.message || e),
    stack: String(e.stack || ''),
    matches: 0,
    log: []
});

// No call throws: what went wrong inside of the script itself is an answer as well.
const guarded = (run) => (args) => {
    try {
        const answer = run(args);
        return answer instanceof Promise ? answer.catch(faulty_call) : answer;
    } catch (e) {
        return faulty_call(e);
    }
};

install_listeners();

globalThis.reprise = Object.freeze({
    act: guarded((args) => perform(args).then((done) => done.result)),
    landed: ({token, expect}) => landing_of(token, expect),
    read: guarded(read_element),
    query: guarded(query_elements),
    wait: guarded(wait_for_element),
    expect: guarded(expect_element),
    adopt(host, root) {
        adopted_roots.set(host, root);
        return true;
    },
    owner_box: iframe_box,
    owner_hit: iframe_hit,
    async element(args) {
        const {result, element} = await perform({...args, action: 'hold'});
        if (!result.ok) throw new Error('reprise:' + JSON.stringify(result));
        return element;
    },
});
