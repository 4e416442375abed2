/* regcall_amd64.S: calls whose signature is known only at run time, out of and into emitted code.
 *
 * Floor 3. regcall.c decides which word goes where; here words go into registers. A RegCall (regcall.c) is
 *
 *       0  rdi rsi rdx rcx r8 r9         112  rax rdx
 *      48  xmm0 … xmm7, low halves       128  xmm0 xmm1, low halves
 *     144  words on the stack: where    152  how many    160  the code to call
 *
 * The frames are those of rbp, so that moving the stack and unwinding need nothing special.
 */
#define INTS   0
#define SSE    48
#define RETI   112
#define RETF   128
#define STACK  144
#define NSTACK 152
#define CODE   160
#define SIZE   176
#define RT_STUBS 1100 /* regcall.c has the same */

        .text

/* void rt_regcall(RegCall *c): calls c->code, and keeps what it returns in registers. */
        .globl  rt_regcall
        .hidden rt_regcall
        .type   rt_regcall, @function
        .balign 16
rt_regcall:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        pushq   %rbx
        .cfi_offset %rbx, -24
        subq    $8, %rsp
        movq    %rdi, %rbx
        movq    NSTACK(%rbx), %r11
        leaq    128(, %r11, 8), %r11
        movq    %rsp, %rax
        subq    %r11, %rax
        cmpq    %fs:gol_stack_limit@tpoff, %rax
        ja      1f
        leaq    -128(%rsp), %rsp
        call    gol_morestack_frame
        leaq    128(%rsp), %rsp
1:      movq    NSTACK(%rbx), %rcx
        leaq    8(, %rcx, 8), %rax
        andq    $-16, %rax
        subq    %rax, %rsp
        movq    STACK(%rbx), %rsi
        movq    %rsp, %rdi
        cld
        rep movsq
        movq    INTS(%rbx), %rdi
        movq    INTS+8(%rbx), %rsi
        movq    INTS+16(%rbx), %rdx
        movq    INTS+24(%rbx), %rcx
        movq    INTS+32(%rbx), %r8
        movq    INTS+40(%rbx), %r9
        movsd   SSE(%rbx), %xmm0
        movsd   SSE+8(%rbx), %xmm1
        movsd   SSE+16(%rbx), %xmm2
        movsd   SSE+24(%rbx), %xmm3
        movsd   SSE+32(%rbx), %xmm4
        movsd   SSE+40(%rbx), %xmm5
        movsd   SSE+48(%rbx), %xmm6
        movsd   SSE+56(%rbx), %xmm7
        call    *CODE(%rbx)
        movq    %rax, RETI(%rbx)
        movq    %rdx, RETI+8(%rbx)
        movsd   %xmm0, RETF(%rbx)
        movsd   %xmm1, RETF+8(%rbx)
        movq    -8(%rbp), %rbx
        leave
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   rt_regcall, . - rt_regcall

/* The code of func values that are made at run time. Such code finds its func value in its last argument, and which
 * that is depends on the signature: so there is an entry for each place, six registers and the words of the stack. */
        .type   stub, @function
        .balign 16
stub:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        cmpq    %fs:gol_stack_limit@tpoff, %rsp
        ja      1f
        leaq    -128(%rsp), %rsp
        call    gol_morestack
        leaq    128(%rsp), %rsp
1:      subq    $SIZE, %rsp
        movq    %rdi, INTS(%rsp)
        movq    %rsi, INTS+8(%rsp)
        movq    %rdx, INTS+16(%rsp)
        movq    %rcx, INTS+24(%rsp)
        movq    %r8, INTS+32(%rsp)
        movq    %r9, INTS+40(%rsp)
        movsd   %xmm0, SSE(%rsp)
        movsd   %xmm1, SSE+8(%rsp)
        movsd   %xmm2, SSE+16(%rsp)
        movsd   %xmm3, SSE+24(%rsp)
        movsd   %xmm4, SSE+32(%rsp)
        movsd   %xmm5, SSE+40(%rsp)
        movsd   %xmm6, SSE+48(%rsp)
        movsd   %xmm7, SSE+56(%rsp)
        leaq    16(%rbp), %rcx
        movq    %rcx, STACK(%rsp)
        movq    %rsp, %rdi
        movl    %eax, %eax
        leaq    INTS(%rsp, %rax, 8), %rdx       /* in the registers, */
        leaq    -48(%rcx, %rax, 8), %rcx        /* or, from 6 on, above the return address */
        cmpl    $6, %eax
        cmovaeq %rcx, %rdx
        movq    (%rdx), %rsi
        call    rt_regcalled
        movq    RETI(%rsp), %rax
        movq    RETI+8(%rsp), %rdx
        movsd   RETF(%rsp), %xmm0
        movsd   RETF+8(%rsp), %xmm1
        leave
        .cfi_def_cfa %rsp, 8
        ret
        .cfi_endproc
        .size   stub, . - stub

        .globl  rt_stubs
        .hidden rt_stubs
        .type   rt_stubs, @function
        .balign 16
rt_stubs:
        .cfi_startproc
        .set    place, 0
        .rept   RT_STUBS
        .balign 16
        movl    $place, %eax
        jmp     stub
        .set    place, place + 1
        .endr
        .cfi_endproc
        .size   rt_stubs, . - rt_stubs

        .section .note.GNU-stack, "", @progbits
